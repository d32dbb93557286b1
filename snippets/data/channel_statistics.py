# zh: 均值和标准差用自己的训练集算，每个通道一个。
# en: Compute mean and standard deviation on your own training set, one per channel.
import torch
from torchvision.transforms import v2

torch.manual_seed(0)
# zh: 三个通道的亮度本来就不同。
# en: Three channels of different brightness.
images = torch.rand(100, 3, 8, 8) * torch.tensor([1.0, 0.5, 0.2]).view(3, 1, 1)

mean, std = images.mean(dim=(0, 2, 3)), images.std(dim=(0, 2, 3))
own = v2.Normalize(mean=mean.tolist(), std=std.tolist())(images)
print(own.mean(dim=(0, 2, 3)).abs().max().item() < 1e-4)
print(own.std(dim=(0, 2, 3)).round(decimals=2))

# zh: 借用单通道 MNIST 的数字，会悄悄广播到三个通道，结果不对。
# en: MNIST's single pair is broadcast to three channels in silence, and wrong.
borrowed = v2.Normalize(mean=[0.1307], std=[0.3081])(images)
print(borrowed.mean(dim=(0, 2, 3)).round(decimals=1))

# needs: network
# zh: 从网上下载 MNIST，按它自己的均值和标准差标准化。
# en: Download MNIST and normalize it by its own mean and standard deviation.
import torch
from torchvision.datasets import MNIST
from torchvision.transforms import v2

transform = v2.Compose(
    [
        v2.ToImage(),
        v2.ToDtype(torch.float32, scale=True),
        v2.Normalize(mean=[0.1307], std=[0.3081]),
    ]
)
dataset = MNIST(root="data", train=True, download=True, transform=transform)
image, label = dataset[0]
print(len(dataset), image.shape, label)

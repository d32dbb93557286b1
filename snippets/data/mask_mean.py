# zh: 填充会拉低平均值：求平均要乘掩码，再除以真实长度。
# en: Padding drags a mean down: multiply by the mask, divide by the real length.
import torch

padded = torch.tensor([[2.0, 4.0, 6.0], [8.0, 0.0, 0.0]])
lengths = torch.tensor([3, 1])
mask = torch.arange(3) < lengths[:, None]

print(padded.mean(dim=1))
print((padded * mask).sum(dim=1) / lengths)

# zh: 训练模式下，no_grad 里的前向照样改动 BatchNorm 的统计量。
# en: In training mode a forward pass moves BatchNorm's statistics, no_grad or not.
import torch
from torch import nn

norm = nn.BatchNorm1d(1)
x = torch.tensor([[10.0], [30.0]])

with torch.no_grad():
    norm(x)
# zh: 旧值 0 的 0.9 加上本批均值 20 的 0.1。
# en: 0.9 of the old value 0 plus 0.1 of this batch's mean 20.
print(norm.running_mean)

norm.eval()
with torch.no_grad():
    norm(x)
print(norm.running_mean)

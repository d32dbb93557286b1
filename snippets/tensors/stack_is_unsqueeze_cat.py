# zh: stack 等于先给每个张量加一维，再拼接。
# en: stack is: give each tensor a new dimension, then concatenate.
import torch

x = torch.tensor([1, 2, 3])
y = torch.tensor([4, 5, 6])

stacked = torch.stack([x, y], dim=1)
joined = torch.cat([x.unsqueeze(1), y.unsqueeze(1)], dim=1)
print(stacked)
print(torch.equal(stacked, joined))

# zh: 拼接不改变维数，堆叠多一维。
# en: cat keeps the number of dimensions, stack adds one.
print(torch.cat([x, y]).ndim, stacked.ndim)

# zh: 对一维张量，hstack 是拼接，vstack 会多出一维。
# en: For 1-D tensors hstack concatenates, and vstack adds a dimension.
import torch

x = torch.tensor([1, 2, 3])
y = torch.tensor([4, 5, 6])

print(torch.cat([x, y]))
print(torch.hstack([x, y]))
print(torch.vstack([x, y]))

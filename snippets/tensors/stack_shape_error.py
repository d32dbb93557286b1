# raises: RuntimeError
# zh: 堆叠要求所有形状完全相同；cat 不要求。
# en: stack wants all shapes equal; cat does not.
import torch

x = torch.tensor([1, 2, 3])
y = torch.tensor([4, 5])

print(torch.cat([x, y]))
torch.stack([x, y])

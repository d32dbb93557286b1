# zh: 类型不同会提升；形状为 (0,) 的空张量会被跳过。
# en: Mixed dtypes are promoted; an empty tensor of shape (0,) is skipped.
import torch

whole = torch.tensor([1, 2])
half = torch.tensor([0.5])
print(torch.cat([whole, half]))

# zh: 这条老规矩只照顾一维空张量，于是可以从空张量开始逐个拼。
# en: This old rule holds for the 1-D empty tensor alone; a loop may start from one.
rows = torch.tensor([[1, 2, 3], [4, 5, 6]])
print(torch.cat([torch.tensor([]), rows], dim=1))

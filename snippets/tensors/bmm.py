# draw: a @ b -> c
# figure.zh: 两片 2×2 分别乘两片 2×1，得到两片 2×1；每一片只和同号的那一片相乘。
# figure.en: Two sheets of 2×2 times two sheets of 2×1 give two sheets of 2×1; each sheet meets only the one with its number.
# zh: bmm 把第 i 个矩阵和第 i 个矩阵相乘，只收三维张量。
# en: bmm multiplies the i-th matrix with the i-th, and takes 3-D tensors alone.
import torch

a = torch.tensor([[[1, 2], [3, 4]], [[5, 6], [7, 8]]])
b = torch.tensor([[[1], [10]], [[1], [100]]])
c = torch.bmm(a, b)

print(c.shape, torch.equal(c, a @ b))

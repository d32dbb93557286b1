# draw: w @ x -> y
# figure.zh: 2×3 矩阵乘长度为 3 的向量，得到长度为 2 的向量；y 的第一个数来自 w 的第 0 行和整个 x。
# figure.en: A 2×3 matrix times a vector of 3 gives a vector of 2; the first number of y comes from row 0 of w and all of x.
# zh: 一维张量当向量用：点积得到标量，矩阵乘向量得到向量。
# en: A 1-D tensor is a vector: vector @ vector is a scalar, matrix @ vector a vector.
import torch

w = torch.tensor([[1, 2, 3], [4, 5, 6]])
x = torch.tensor([1, 0, 2])
y = w @ x

print(x @ x, (x @ x).shape)
print(y, y.shape)

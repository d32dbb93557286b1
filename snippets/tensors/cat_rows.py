# draw: x, y -> z
# figure.zh: x 有两行，y 有一行；z 有三行：先是 x 的两行，再是 y 的一行。
# figure.en: x has two rows, y one; z has three rows: the two of x, then the one of y.
# zh: 沿第 0 维拼接：行数相加，列数必须一致。
# en: Concatenate along dim 0: rows add up, columns must agree.
import torch

x = torch.tensor([[1, 2], [3, 4]])
y = torch.tensor([[5, 6]])
z = torch.cat([x, y], dim=0)

print(z)
print(z.shape)

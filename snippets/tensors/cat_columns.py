# draw: x, y -> z
# figure.zh: x 有两列，y 有一列；z 的每一行都是 x 的那一行后面接上 y 的那一行。
# figure.en: x has two columns, y one; each row of z is that row of x followed by that row of y.
# zh: 沿第 1 维拼接：列数相加，行数必须一致。
# en: Concatenate along dim 1: columns add up, rows must agree.
import torch

x = torch.tensor([[1, 2], [3, 4]])
y = torch.tensor([[5], [6]])
z = torch.cat([x, y], dim=1)

print(z)
print(z.shape)

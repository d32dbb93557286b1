# draw: x, y -> z
# figure.zh: x 的每一片有两行，y 的每一片有一行；z 的每一片有三行，仍然是两片。
# figure.en: Each sheet of x has two rows, each of y one; each sheet of z has three, and there are still two sheets.
# zh: 三维也一样：只有第 1 维变长，其余各维照旧。
# en: The same in three dimensions: dim 1 gets longer, the others stay.
import torch

x = torch.arange(12).reshape(2, 2, 3)
y = torch.arange(12, 18).reshape(2, 1, 3)
z = torch.cat([x, y], dim=1)

print(z.shape)

# draw: x, y -> front
# draw: x, y -> last
# figure.zh: 沿第 0 维堆叠：结果有两片，第一片是 x，第二片是 y。
# figure.en: Stacked along dim 0: two sheets, the first is x, the second is y.
# figure.zh: 沿最后一维堆叠：x 和 y 同一位置的两个数排在一起，成为一对。
# figure.en: Stacked along the last dim: the two numbers at the same place in x and y stand together, as a pair.
# zh: 堆叠两个矩阵：新维度的大小是张量的个数，位置由 dim 决定。
# en: Stack two matrices: the new dimension counts the tensors, and dim places it.
import torch

x = torch.tensor([[1, 2, 3], [4, 5, 6]])
y = torch.tensor([[7, 8, 9], [10, 11, 12]])

front = torch.stack([x, y], dim=0)
last = torch.stack([x, y], dim=2)
# zh: dim=2 新增的是第 2 维，也就是最后一维：维度从 0 数起。
# en: dim=2 adds dim 2, the last one: dimensions count from 0.
print(front.shape, last.shape, torch.cat([x, y], dim=0).shape)
print(torch.equal(last[:, :, 0], x))
print(torch.equal(last[:, :, 1], y))

# draw: x, y -> rows, columns
# figure.zh: 两个长度为 3 的向量。rows 里它们各成一行，columns 里各成一列。
# figure.en: Two vectors of length 3. In rows each is a row, in columns each is a column.
# zh: 堆叠两个向量：dim 说的是新维度插在哪里。
# en: Stack two vectors: dim says where the new dimension goes.
import torch

x = torch.tensor([1, 2, 3])
y = torch.tensor([4, 5, 6])

rows = torch.stack([x, y], dim=0)
columns = torch.stack([x, y], dim=1)
print(rows.shape, columns.shape)

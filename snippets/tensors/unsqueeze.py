# draw: x -> row, column
# figure.zh: 三个数的向量；row 是一行三列，column 是三行一列，数字没有变。
# figure.en: A vector of three numbers; row is 1×3, column is 3×1, the numbers are the same.
# zh: unsqueeze 在指定位置插入大小为 1 的维度。
# en: unsqueeze inserts a dimension of size 1 where you say.
import torch

x = torch.tensor([1, 2, 3])
row = x.unsqueeze(0)
column = x.unsqueeze(1)
print(row.shape, column.shape)

# zh: 负数从后往前数；用 None 索引是同一件事。
# en: Negative numbers count from the end; indexing with None does the same.
print(x.unsqueeze(-1).shape, x[None].shape, x[:, None].shape)

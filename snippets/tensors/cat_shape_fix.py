# draw: x, turned -> wide
# draw: x, z -> wider
# figure.zh: x 和转置后的 y 左右相接：2 行 6 列。
# figure.en: x and the transposed y side by side: 2 rows, 6 columns.
# figure.zh: x 和 z 左右相接：都是 2 行，3 列加 4 列得 7 列。
# figure.en: x and z side by side: both have 2 rows, and 3 plus 4 columns make 7.
# zh: 除拼接的那一维，其余各维都要相同：转置，或换成行数对的张量。
# en: All other dims must agree: transpose, or pass the tensor with the right rows.
import torch

x = torch.tensor([[1, 2, 3], [4, 5, 6]])  # (2, 3)

# zh: y 的行和列放反了：转置成 (2, 3)。
# en: y has its rows and columns swapped: transpose it to (2, 3).
y = torch.tensor([[10, 20], [30, 40], [50, 60]])  # (3, 2)
turned = y.t()
wide = torch.cat([x, turned], dim=1)
print(wide.shape)

# zh: 行数同为 2，列数不同也能拼。
# en: Both have 2 rows: then the columns may differ.
z = torch.tensor([[7, 8, 9, 10], [11, 12, 13, 14]])  # (2, 4)
wider = torch.cat([x, z], dim=1)
print(wider.shape)

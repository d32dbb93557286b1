# draw: a @ b -> c
# figure.zh: 2×3 乘 3×2 得 2×2：c 左上角的 7 来自 a 的第 0 行和 b 的第 0 列。
# figure.en: 2×3 times 3×2 gives 2×2: the 7 at the top left of c comes from row 0 of a and column 0 of b.
# zh: 矩阵乘法：a 的列数等于 b 的行数，中间这一维消失。
# en: A matrix product: a has as many columns as b has rows, and that dimension goes.
import torch

a = torch.tensor([[1, 2, 3], [4, 5, 6]])
b = torch.tensor([[1, 0], [0, 1], [2, 2]])
c = a @ b

print(c)
# zh: c[0, 0] 是 1×1 + 2×0 + 3×2。
# en: c[0, 0] is 1×1 + 2×0 + 3×2.
print(c[0, 0], torch.equal(c, torch.matmul(a, b)))

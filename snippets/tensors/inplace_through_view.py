# draw: before -> x
# figure.zh: 原来的 x，和对第 0 列写入 −1、−2 之后的 x：只有第 0 列变了。
# figure.en: x as it was, and x after −1 and −2 were written to its column 0: only that column changed.
# zh: 对视图原地写入，原张量和其他视图都跟着变。
# en: An in-place write to a view changes its base and every other view.
import torch

x = torch.tensor([[1, 2, 3], [4, 5, 6]])
before = x.clone()
flat = x.view(6)
column = x[:, 0]

column.copy_(torch.tensor([-1, -2]))
print(x)
print(flat)

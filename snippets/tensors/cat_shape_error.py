# raises: RuntimeError
# zh: 沿第 1 维拼接时，第 0 维必须相同：2 对 3，报错。
# en: Concatenating along dim 1 needs equal sizes in dim 0: 2 meets 3, so it fails.
import torch

x = torch.tensor([[1, 2, 3], [4, 5, 6]])  # (2, 3)
y = torch.tensor([[10, 20], [30, 40], [50, 60]])  # (3, 2)
# zh: 转置成 (2, 3)，就接得上。
# en: Transposed to (2, 3), it fits.
print(torch.cat([x, y.T], dim=1))
torch.cat([x, y], dim=1)

# raises: RuntimeError
# zh: 加法会提升数据类型，矩阵乘法不会。
# en: Addition promotes dtypes, matrix multiplication does not.
import torch
from torch import nn

x = torch.tensor([[1, 2], [3, 4]])
w = torch.tensor([[0.5, 0.0], [0.0, 0.5]])
print(x + w)
print(x.float() @ w)

try:
    x @ w
except RuntimeError as error:
    print(error)
nn.Linear(2, 2)(x)

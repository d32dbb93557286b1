# raises: RuntimeError
# zh: matmul 会广播批维，bmm 不会。
# en: matmul broadcasts the batch dimension, bmm does not.
import torch

a = torch.ones(10, 3, 4)
b = torch.ones(1, 4, 5)
print((a @ b).shape)
torch.bmm(a, b)

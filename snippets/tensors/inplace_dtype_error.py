# raises: RuntimeError
# zh: 原地运算不能换数据类型：整数张量装不下 1.5。
# en: In place, the dtype cannot change: an integer tensor has no room for 1.5.
import torch

x = torch.tensor([1, 2, 3])
step = 1.5
print(x + step)
x.add_(step)

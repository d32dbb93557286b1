# raises: RuntimeError
# zh: 两个 -1 无法推出来。
# en: Two -1 cannot be worked out.
import torch

x = torch.arange(12)
print(x.view(-1, 4).shape)
x.view(-1, -1)

# raises: RuntimeError
# zh: 两个 -1 无法推出来。
# en: Two -1 cannot be worked out.
import torch

torch.arange(12).view(-1, -1)

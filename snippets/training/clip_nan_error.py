# raises: RuntimeError
# zh: error_if_nonfinite=True 让它当场报错，参数还没有改坏。
# en: With error_if_nonfinite=True it raises at once, before any parameter is spoilt.
import torch
from torch.nn.utils import clip_grad_norm_

b = torch.tensor(-1.0, requires_grad=True)
b.sqrt().backward()
clip_grad_norm_([b], max_norm=1.0, error_if_nonfinite=True)

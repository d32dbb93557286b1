# raises: RuntimeError
# zh: error_if_nonfinite=True 让它当场报错，参数还没有改坏。
# en: With error_if_nonfinite=True it raises at once, before any parameter is spoilt.
import torch
from torch import nn
from torch.nn.utils import clip_grad_norm_

w = nn.Parameter(torch.zeros(2))
w.grad = torch.tensor([3.0, torch.nan])

print(w.grad)
clip_grad_norm_(w, max_norm=1.0, error_if_nonfinite=True)

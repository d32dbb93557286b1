# zh: 一个梯度是 NaN，裁剪以后全都是 NaN。
# en: One gradient is NaN, and after clipping all are.
import torch
from torch import nn
from torch.nn.utils import clip_grad_norm_

w = nn.Parameter(torch.zeros(2))
w.grad = torch.tensor([3.0, torch.nan])

print(w.grad)
print(clip_grad_norm_(w, max_norm=1.0))
print(w.grad)

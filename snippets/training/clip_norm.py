# zh: 总范数超过上限，所有梯度同比缩小；返回的是裁剪之前的范数。
# en: Above the limit all gradients shrink alike; what is returned is the norm before.
import torch
from torch import nn
from torch.nn.utils import clip_grad_norm_

w = nn.Parameter(torch.zeros(2))
w.grad = torch.tensor([3.0, 4.0])

print(clip_grad_norm_(w, max_norm=1.0))
print(w.grad)
print(f"{w.grad.norm():.3f}")

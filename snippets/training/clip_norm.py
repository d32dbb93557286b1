# zh: 总范数超过上限，所有梯度同比缩小；返回的是裁剪之前的范数。
# en: Above the limit all gradients shrink alike; what is returned is the norm before.
import torch
from torch.nn.utils import clip_grad_norm_

a = torch.tensor(1.0, requires_grad=True)
b = torch.tensor(1.0, requires_grad=True)
(3 * a + 4 * b).backward()

print(clip_grad_norm_([a, b], max_norm=1.0))
print(f"{a.grad:.3f} {b.grad:.3f}")
print(f"{clip_grad_norm_([a, b], max_norm=1.0):.3f}")

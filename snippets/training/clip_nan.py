# zh: 一个梯度是 NaN，裁剪以后全都是 NaN。
# en: One gradient is NaN, and after clipping all are.
import torch
from torch.nn.utils import clip_grad_norm_

a = torch.tensor(1.0, requires_grad=True)
b = torch.tensor(-1.0, requires_grad=True)
(3 * a + b.sqrt()).backward()

print(a.grad, b.grad)
print(clip_grad_norm_([a, b], max_norm=1.0))
print(a.grad, b.grad)

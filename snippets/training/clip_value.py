# zh: 按值裁剪会改变方向：3 比 4 成了 1 比 1。
# en: Clipping by value turns the direction: 3 to 4 becomes 1 to 1.
import torch
from torch.nn.utils import clip_grad_value_

a = torch.tensor(1.0, requires_grad=True)
b = torch.tensor(1.0, requires_grad=True)
(3 * a + 4 * b).backward()

clip_grad_value_([a, b], clip_value=1.0)
print(a.grad, b.grad)

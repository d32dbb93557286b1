# zh: 按值裁剪会改变方向：1 比 8 成了 1 比 2。
# en: Clipping by value turns the direction: 1 to 8 becomes 1 to 2.
import torch
from torch import nn
from torch.nn.utils import clip_grad_value_

w = nn.Parameter(torch.zeros(2))
w.grad = torch.tensor([0.5, 4.0])

print(w.grad)
clip_grad_value_(w, clip_value=1.0)
print(w.grad)

# zh: 写 model(x)，不要写 model.forward(x)：后者会跳过钩子。
# en: Write model(x), not model.forward(x): the latter passes over the hooks.
import torch
from torch import nn

model = nn.Linear(2, 3)
model.register_forward_hook(lambda *_: print("hook"))

x = torch.rand(4, 2)
print("call", model(x).shape)
print("forward", model.forward(x).shape)

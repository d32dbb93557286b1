# zh: 普通属性里的张量不会跟着模块搬走，注册成缓冲区才会。
# en: A plain attribute stays behind when the module moves; a buffer goes along.
import torch
from torch import nn


class Scale(nn.Module):
    def __init__(self, factors):
        super().__init__()
        self.attribute = factors
        self.register_buffer("buffer", factors)

    def forward(self, x):
        # zh: 临时的张量跟着输入走，不要写死设备。
        # en: What forward makes follows its input, on no fixed device.
        return x * self.buffer + torch.arange(3, device=x.device)


model, x = Scale(torch.tensor([2.0, 3.0, 4.0])), torch.ones(3)
print(model(x))
model.to("meta")
print(model.attribute.device, model.buffer.device)
print(model(x.to("meta")).device)

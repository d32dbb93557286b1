# zh: 普通属性里的张量不会跟着模块搬走，注册成缓冲区才会。
# en: A plain attribute stays behind when the module moves; a buffer goes along.
import torch
from torch import nn


class Scale(nn.Module):
    def __init__(self):
        super().__init__()
        self.attribute = torch.ones(3)
        self.register_buffer("buffer", torch.ones(3), persistent=False)

    def forward(self, x):
        # zh: 临时的张量跟着输入走，不要写死设备。
        # en: What forward makes follows its input, on no fixed device.
        return x * self.buffer + torch.arange(3, device=x.device)


model = Scale().to("meta")
print(model.attribute.device, model.buffer.device)
print(model(torch.ones(2, 3, device="meta")).device)

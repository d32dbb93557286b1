# zh: 直接在目标设备上创建，省去一次复制。
# en: Create tensors where they will be used, and save a copy.
import torch
from torch import nn

x = torch.ones(2, 3, device="meta")
print(torch.arange(3, device=x.device))
print(torch.zeros_like(x))
print(x.new_zeros(4))

# zh: 这一段里创建的张量和参数都在这个设备上。
# en: In this block tensors and parameters are created on that device.
with torch.device("meta"):
    print(torch.get_default_device())
    print(nn.Linear(3, 1).weight)
print(torch.ones(2))

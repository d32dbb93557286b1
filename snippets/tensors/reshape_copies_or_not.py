# zh: reshape 能共享内存就共享，不能就复制。
# en: reshape shares memory where it can, and copies where it cannot.
import torch

x = torch.arange(12).reshape(3, 4)

for tensor in (x, x.t()):
    flat = tensor.reshape(12)
    print(flat.data_ptr() == tensor.data_ptr(), flat.tolist())

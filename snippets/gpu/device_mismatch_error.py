# raises: RuntimeError
# zh: 一个张量落在了别的设备上；借 meta 设备，没有显卡也能重现。
# en: One tensor is on another device; the meta device reproduces that without a GPU.
import torch

row = torch.tensor([1.0, 2.0, 3.0])
for device in ("cpu", "meta"):
    x = torch.zeros(2, 3, device=device)
    # zh: 0 维的 CPU 张量是例外，可以混用。
    # en: A 0-D CPU tensor is the exception: it may join.
    print(x + torch.tensor(4.0))
    print(x + row)

# zh: view 要的是步长兼容，不是连续：这个张量不连续，也能 view。
# en: view wants compatible strides, not contiguity: this one is not contiguous.
import torch

x = torch.arange(12).reshape(3, 4)[:, :2]
print(x.is_contiguous(), x.stride())
print(x.view(3, 2, 1).shape)

# raises: RuntimeError
# zh: 转置以后步长对不上新的形状，view 报错。
# en: After a transpose the strides do not fit the new shape, and view fails.
import torch

x = torch.arange(12).reshape(3, 4).t()
print(x.shape, x.stride(), x.is_contiguous())
x.view(12)

# raises: RuntimeError
# zh: sigmoid 的反向要用自己的输出，输出却在原地翻了倍。
# en: The backward pass of sigmoid needs its output, which was doubled in place.
import torch

w = torch.tensor([1.0, 2.0], requires_grad=True)
y = w.sigmoid()
y.mul_(2)
y.sum().backward()

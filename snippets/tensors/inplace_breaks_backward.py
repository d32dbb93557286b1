# raises: RuntimeError
# zh: sigmoid 的反向要用自己的输出，输出却在原地翻了倍。
# en: The backward pass of sigmoid needs its output, which was doubled in place.
import torch

w = torch.tensor([0.0, 0.0], requires_grad=True)
y = w.sigmoid()
# zh: 新张量：没有问题。
# en: A new tensor: all is well.
(y * 2).sum().backward(retain_graph=True)
print(w.grad)
# zh: 原地：报错。
# en: In place: it fails.
y.mul_(2)
y.sum().backward()

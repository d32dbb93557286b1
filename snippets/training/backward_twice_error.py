# raises: RuntimeError
# zh: 一张计算图默认只能反向传播一次：中间结果用完就释放。
# en: A graph serves one backward pass: what it kept is freed on the way.
import torch

x = torch.tensor(2.0, requires_grad=True)
y = x**2
y.backward()
print(x.grad)
y.backward()

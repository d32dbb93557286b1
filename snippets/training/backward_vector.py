# zh: 给出每个输出的权重 gradient，或者先求和：两种写法一样。
# en: Give each output's weight as gradient, or sum first: the same thing.
import torch

w = torch.tensor([1.0, 2.0], requires_grad=True)
(w**2).backward(gradient=torch.tensor([1.0, 1.0]))
print(w.grad)

w.grad = None
(w**2).sum().backward()
print(w.grad)

w.grad = None
(w**2).backward(gradient=torch.tensor([1.0, 10.0]))
print(w.grad)

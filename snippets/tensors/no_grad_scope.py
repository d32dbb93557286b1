# raises: RuntimeError
# zh: 前向放进了 no_grad：没有计算图，backward 报错。
# en: The forward pass ran under no_grad: there is no graph, so backward fails.
import torch

x = torch.tensor([1.0, 2.0], requires_grad=True)
with torch.no_grad():
    loss = (x * 2).sum()

print(x.requires_grad, loss, loss.grad_fn)
loss.backward()

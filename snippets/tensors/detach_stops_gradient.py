# zh: detach() 在这一处切断计算图：梯度不再往回流，值不变。
# en: detach() cuts the graph at one place: same value, no gradient behind it.
import torch

x = torch.tensor(3.0, requires_grad=True)

y = x * x
y.backward()
print(y.item(), x.grad)

x.grad = None
y = x * x.detach()
y.backward()
print(y.item(), x.grad)

# zh: backward() 从损失往回走，把梯度放进叶子张量的 grad。
# en: backward() walks back from the loss and leaves the gradient in a leaf's grad.
import torch

x = torch.tensor(2.0, requires_grad=True)
y = x**2 + 3 * x + 1
y.backward()
print(y.item(), x.grad)  # 2x + 3

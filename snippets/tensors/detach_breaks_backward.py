# raises: RuntimeError
# zh: 原地改 detach() 的结果，会毁掉反向传播要用的值。
# en: Writing in place to a detached tensor destroys what the backward pass needs.
import torch

w = torch.tensor([1.0, 2.0], requires_grad=True)
y = w.sigmoid()
print(y)
y.detach().zero_()
y.sum().backward()

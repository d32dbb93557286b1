# raises: AttributeError
# zh: 第一次反向传播之前，grad 是 None，没有东西可以清零。
# en: Before the first backward pass grad is None: there is nothing to zero.
import torch

w = torch.tensor(1.0, requires_grad=True)
print(w, w.grad)
w.grad.zero_()

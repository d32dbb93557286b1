# zh: w.grad 一直是同一个张量：存下来的“结果”会被下一次反向传播改掉。
# en: w.grad is one tensor throughout: a result kept from it changes with the next pass.
import torch

w = torch.tensor(3.0, requires_grad=True)


def gradient():
    (w**2).backward()
    return w.grad


first = gradient()
print(first)
gradient()
print(first)

# zh: torch.autograd.grad 每次给出新张量，也不累加。
# en: torch.autograd.grad gives a new tensor each time, and adds nothing up.
first = torch.autograd.grad(w**2, w)
torch.autograd.grad(w**2, w)
print(first)

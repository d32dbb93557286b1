# zh: w.grad 一直是同一个张量：存下来的“结果”会被下一次反向传播改掉。
# en: w.grad is one tensor throughout: a result kept from it changes with the next pass.
import torch

w = torch.tensor(3.0, requires_grad=True)


def accumulated():
    (w**2).backward()
    return w.grad


first = accumulated()
print(first)
print(accumulated() is first, first)


# zh: torch.autograd.grad 每次给出新张量，也不累加。
# en: torch.autograd.grad gives a new tensor each time, and adds nothing up.
def fresh():
    return torch.autograd.grad(w**2, w)[0]


first = fresh()
print(fresh() is first, first)

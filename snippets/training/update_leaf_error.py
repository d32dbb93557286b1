# raises: RuntimeError
# zh: 不在 no_grad 里，就不能原地改需要梯度的叶子张量。
# en: Outside no_grad a leaf that requires grad cannot be changed in place.
import torch


def step(w):
    w -= 0.1


w = torch.tensor(1.0, requires_grad=True)
with torch.no_grad():
    step(w)
print(w)
step(w)

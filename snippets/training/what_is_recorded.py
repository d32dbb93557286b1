# zh: 不是所有运算都会记下来：要有张量需要梯度，运算要可导，还要在记录模式下。
# en: Not every operation is recorded: it takes a tensor that requires grad, and more.
import torch

x = torch.tensor([1.0, 3.0], requires_grad=True)
plain = torch.tensor([5.0, 7.0])
with torch.no_grad():
    quiet = x * 2

for name, result in {
    "x * 2": x * 2,
    "plain * 2": plain * 2,
    "no_grad": quiet,
    "x.argmax()": x.argmax(),
    "x > 2": x > 2,
    "x.detach()": x.detach(),
}.items():
    print(f"{name:11} {result.requires_grad!s:5} {result.tolist()}")

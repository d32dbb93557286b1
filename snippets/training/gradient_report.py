# zh: 逐个参数看梯度：没有梯度的、不是有限数的，都要列出来。
# en: Look at each parameter's gradient: list those without one, and those not finite.
import torch
from torch import nn


def report(model):
    for name, parameter in model.named_parameters():
        gradient = parameter.grad
        if gradient is None:
            print(f"{name:13} none")
        elif not torch.isfinite(gradient).all():
            print(f"{name:13} not finite")
        else:
            print(f"{name:13} {gradient.norm():.2f}")


model = nn.ModuleDict(
    {name: nn.Linear(1, 1) for name in ("used", "root", "unused")}
)
for layer in model.values():
    nn.init.ones_(layer.weight)
    nn.init.zeros_(layer.bias)

x = torch.tensor([[3.0], [-2.0]])
loss = model["used"](x).sum() + model["root"](x).sqrt().sum()
loss.backward()
report(model)

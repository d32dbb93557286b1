# zh: 不同的参数可以用不同的学习率：按组传给优化器，没写的用默认值。
# en: Parameters may have rates of their own: pass groups; what is left out is default.
import torch
from torch import nn

model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 2))
optimizer = torch.optim.AdamW(
    [
        {"params": model[0].parameters(), "lr": 1e-4},
        {"params": model[2].parameters()},
    ],
    lr=1e-3,
)
for group in optimizer.param_groups:
    shapes = [tuple(parameter.shape) for parameter in group["params"]]
    print(group["lr"], group["weight_decay"], shapes)

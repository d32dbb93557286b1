# figure.zh: 五条学习率曲线，横轴是轮次 0 到 49。StepLR 像台阶，ExponentialLR 平滑下降，CosineAnnealingLR 像半个余弦，预热的那条先直线上升再按余弦下降，OneCycleLR 先升后降到接近 0。
# figure.en: Five rates over epochs 0 to 49. StepLR goes down in stairs, ExponentialLR smoothly, CosineAnnealingLR as half a cosine; warm-up rises in a line and then falls as a cosine; OneCycleLR rises, then falls to nearly 0.
# zh: 五种常用的调度，一图看清。
# en: Five common schedules in one figure.
import matplotlib.pyplot as plt
import torch
from torch.optim import lr_scheduler

EPOCHS = 50


def warm_up(optimizer):
    return lr_scheduler.SequentialLR(
        optimizer,
        [
            lr_scheduler.LinearLR(optimizer, start_factor=0.1, total_iters=10),
            lr_scheduler.CosineAnnealingLR(optimizer, T_max=EPOCHS - 10),
        ],
        milestones=[10],
    )


schedules = {
    "StepLR": lambda o: lr_scheduler.StepLR(o, step_size=15, gamma=0.3),
    "ExponentialLR": lambda o: lr_scheduler.ExponentialLR(o, gamma=0.95),
    "CosineAnnealingLR": lambda o: lr_scheduler.CosineAnnealingLR(o, T_max=EPOCHS),
    "LinearLR + Cosine": warm_up,
    "OneCycleLR": lambda o: lr_scheduler.OneCycleLR(
        o, max_lr=1.0, total_steps=EPOCHS
    ),
}

for name, make in schedules.items():
    optimizer = torch.optim.SGD([torch.zeros(1)], lr=1.0)
    scheduler = make(optimizer)
    rates = []
    for _ in range(EPOCHS):
        rates.append(scheduler.get_last_lr()[0])
        optimizer.step()
        if len(rates) < EPOCHS:
            scheduler.step()
    plt.plot(rates, label=name)
    print(f"{name:18} {rates[0]:.3f} {max(rates):.3f} {rates[-1]:.3f}")
plt.xlabel("epoch")
plt.ylabel("lr")
plt.legend()
plt.show()

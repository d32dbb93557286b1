# zh: 每轮末尾调一次 scheduler.step()；这一轮用的学习率，要在它之前读。
# en: scheduler.step() ends an epoch; read the epoch's rate before it.
import torch
from torch.optim.lr_scheduler import StepLR

w = torch.tensor(4.0, requires_grad=True)
optimizer = torch.optim.SGD([w], lr=0.8)
scheduler = StepLR(optimizer, step_size=2, gamma=0.5)

for epoch in range(5):
    used = scheduler.get_last_lr()[0]
    optimizer.zero_grad()
    w.backward()
    optimizer.step()
    scheduler.step()
    print(epoch, used, scheduler.get_last_lr()[0], f"w={w.item():.1f}")

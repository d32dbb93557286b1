# zh: 检查点里也要存调度器；只存优化器，恢复以后步数又从头数。
# en: Save the scheduler too: with the optimizer alone, its count starts anew.
import torch
from torch.optim.lr_scheduler import StepLR


def make():
    optimizer = torch.optim.SGD([torch.zeros(())], lr=1.0)
    return optimizer, StepLR(optimizer, step_size=3, gamma=0.1)


def rates(optimizer, scheduler, count):
    for _ in range(count):
        optimizer.step()
        scheduler.step()
        yield scheduler.get_last_lr()[0]


optimizer, scheduler = make()
print(list(rates(optimizer, scheduler, 2)))
state = {"optimizer": optimizer.state_dict(), "scheduler": scheduler.state_dict()}

for names in (("optimizer", "scheduler"), ("optimizer",)):
    optimizer, scheduler = make()
    optimizer.load_state_dict(state["optimizer"])
    if "scheduler" in names:
        scheduler.load_state_dict(state["scheduler"])
    print(names, [round(rate, 1) for rate in rates(optimizer, scheduler, 3)])

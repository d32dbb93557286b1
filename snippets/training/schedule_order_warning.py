# zh: 先调度、后更新，会得到警告：第一个学习率没用上就跳过了。
# en: To schedule before the update gives a warning: the first rate is passed over.
import warnings

import torch
from torch.optim.lr_scheduler import StepLR

optimizer = torch.optim.SGD([torch.zeros(())], lr=0.1)
scheduler = StepLR(optimizer, step_size=1)

with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    scheduler.step()
# zh: 还没更新过，学习率已经从 0.1 变成了 0.01。
# en: Nothing is updated yet, and the rate has gone from 0.1 to 0.01.
print(f"{scheduler.get_last_lr()[0]:.2f}")
print(caught[0].category.__name__)
print(str(caught[0].message).partition(". ")[0])

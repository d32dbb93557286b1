# zh: ReduceLROnPlateau 看指标：连续几轮没有变好，才降学习率。
# en: ReduceLROnPlateau watches a metric: no progress for a while, a lower rate.
import torch
from torch.optim.lr_scheduler import ReduceLROnPlateau

optimizer = torch.optim.SGD([torch.zeros(())], lr=0.8)
scheduler = ReduceLROnPlateau(optimizer, factor=0.5, patience=1)

for loss in (5.0, 4.0, 4.0, 4.0, 3.0):
    scheduler.step(loss)
    print(loss, scheduler.get_last_lr()[0])

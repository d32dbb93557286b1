# raises: ValueError
# zh: OneCycleLR 按批调度，总步数用完再调就报错。
# en: OneCycleLR steps once a batch; past its total number it raises.
import torch
from torch.optim.lr_scheduler import OneCycleLR

batches, epochs = 3, 2
optimizer = torch.optim.SGD([torch.zeros(())])
scheduler = OneCycleLR(optimizer, max_lr=1.0, total_steps=batches * epochs)
for _ in range(batches * epochs):
    print(f"{scheduler.get_last_lr()[0]:.2f}")
    optimizer.step()
    scheduler.step()

scheduler.step()

# zh: 没有加速器时，pin_memory=True 只会警告，数据并没有锁页。
# en: Without an accelerator pin_memory=True only warns; nothing is pinned.
import warnings

import torch
from torch.utils.data import DataLoader

loader = DataLoader(torch.zeros(4, 2), batch_size=2, pin_memory=True)
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    batch = next(iter(loader))

# zh: 有加速器时两句反过来：不警告，锁了页；批始终在主机内存里。
# en: With an accelerator it is the other way round; the batch stays in host memory.
accelerator = torch.accelerator.is_available()
print(accelerator == (caught == []), accelerator == batch.is_pinned())
print(batch.device.type)

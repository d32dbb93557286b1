# zh: 没有加速器时，pin_memory=True 只会警告，数据并没有锁页。
# en: Without an accelerator pin_memory=True only warns; nothing is pinned.
import warnings

import torch
from torch.utils.data import DataLoader

loader = DataLoader(torch.arange(4), batch_size=2, pin_memory=True)
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    batches = list(loader)

# zh: 有加速器时两样都反过来：不警告，锁了页；批始终在主机内存里。
# en: With an accelerator it is the other way round; batches stay in host memory.
accelerator = torch.accelerator.is_available()
print(accelerator == (caught == []))
for batch in batches:
    print(batch, batch.device, accelerator == batch.is_pinned())

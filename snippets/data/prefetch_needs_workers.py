# raises: ValueError
# zh: 没有工作进程就没有预取。
# en: Without workers there is nothing to prefetch.
from torch.utils.data import DataLoader

DataLoader([1, 2, 3], num_workers=0, prefetch_factor=2)

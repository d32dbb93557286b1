# raises: ValueError
# zh: 没有工作进程就没有预取。
# en: Without workers there is nothing to prefetch.
from torch.utils.data import DataLoader

for workers in (1, 0):
    loader = DataLoader([5, 6, 7], num_workers=workers, prefetch_factor=2)
    print(workers, loader.prefetch_factor, loader.dataset)

# zh: 给任意数据集加一层 LRU 缓存，数一数真正读了几次。
# en: Wrap any dataset in an LRU cache, and count the real reads.
from functools import lru_cache

from torch.utils.data import DataLoader, Dataset


class Slow(Dataset):
    def __len__(self):
        return 10

    def __getitem__(self, index):
        Slow.reads += 1
        return index * index


class Cached(Dataset):
    def __init__(self, dataset, room):
        self.dataset = dataset
        self.read = lru_cache(maxsize=room)(dataset.__getitem__)

    def __len__(self):
        return len(self.dataset)

    def __getitem__(self, index):
        return self.read(index)


for room in (10, 5):
    Slow.reads = 0
    loader = DataLoader(Cached(Slow(), room))
    for epoch in range(3):
        for batch in loader:
            pass
        print(f"room {room}, epoch {epoch}: {Slow.reads} reads so far")

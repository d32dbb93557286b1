# runs: file
# zh: 缓存住在工作进程里：默认每轮都随进程一起丢掉。
# en: The cache lives in the worker: by default it dies with it every epoch.
import multiprocessing

from torch.utils.data import DataLoader, Dataset


class Cached(Dataset):
    def __init__(self, reads):
        self.reads = reads
        self.cache = {}

    def __len__(self):
        return 100

    def __getitem__(self, index):
        if index not in self.cache:
            with self.reads.get_lock():
                self.reads.value += 1
            self.cache[index] = index
        return self.cache[index]


def reads_per_epoch(**options):
    reads = multiprocessing.Value("i", 0)
    loader = DataLoader(Cached(reads), batch_size=10, **options)
    found = []
    for _ in range(3):
        before = reads.value
        for _ in loader:
            pass
        found.append(reads.value - before)
    return found


if __name__ == "__main__":
    print("num_workers=0", reads_per_epoch())
    print("num_workers=2", reads_per_epoch(num_workers=2))
    print("persistent   ", reads_per_epoch(num_workers=2, persistent_workers=True))

# runs: file
# zh: 每个工作进程各预取 prefetch_factor 批：还没要数据，就已经读好这么多。
# en: Each worker prefetches prefetch_factor batches, before any is asked for.
import multiprocessing
import time

from torch.utils.data import DataLoader, Dataset


class Counting(Dataset):
    def __init__(self, reads):
        self.reads = reads

    def __len__(self):
        return 1000

    def __getitem__(self, index):
        with self.reads.get_lock():
            self.reads.value += 1
        return index


def batches_read_ahead(prefetch_factor):
    reads = multiprocessing.Value("i", 0)
    loader = DataLoader(
        Counting(reads),
        batch_size=10,
        num_workers=2,
        prefetch_factor=prefetch_factor,
    )
    iterator = iter(loader)
    while reads.value == 0:
        time.sleep(0.01)
    time.sleep(0.5)
    del iterator
    return reads.value // 10


if __name__ == "__main__":
    for prefetch_factor in (None, 2, 4):
        print(prefetch_factor, batches_read_ahead(prefetch_factor))

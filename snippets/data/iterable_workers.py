# runs: file
# zh: 两个工作进程各跑一遍 __iter__，数据就重复了；要按 get_worker_info 分片。
# en: Two workers each run __iter__, and data come twice: split by get_worker_info.
from torch.utils.data import DataLoader, IterableDataset, get_worker_info


class Repeated(IterableDataset):
    def __iter__(self):
        yield from range(4)


class Split(IterableDataset):
    def __iter__(self):
        worker = get_worker_info()
        yield from range(worker.id, 4, worker.num_workers)


if __name__ == "__main__":
    for dataset in (Repeated(), Split()):
        loader = DataLoader(dataset, batch_size=None, num_workers=2)
        print(sorted(loader))

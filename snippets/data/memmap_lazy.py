# zh: 数据放在磁盘上按需读取：打开时不读，取哪个样本读哪一段。
# en: Data on disk, read on demand: opening reads nothing, a sample reads its own piece.
import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset

np.arange(1_000_000, dtype=np.float32).reshape(1000, 1000).tofile("data.bin")


class OnDisk(Dataset):
    def __init__(self, path, shape):
        self.data = np.memmap(path, dtype=np.float32, mode="r", shape=shape)

    def __len__(self):
        return len(self.data)

    def __getitem__(self, index):
        return torch.from_numpy(self.data[index].copy())


dataset = OnDisk("data.bin", (1000, 1000))
print(len(dataset), dataset[999][:3])
print(next(iter(DataLoader(dataset, batch_size=4))).shape)

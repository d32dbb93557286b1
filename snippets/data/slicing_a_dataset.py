# raises: TypeError
# zh: 数据集不保证支持切片：不要用 dataset[i:j] 取批，用 DataLoader。
# en: A dataset need not take slices: use a DataLoader for batches, not dataset[i:j].
import torch
from torch.utils.data import ConcatDataset, TensorDataset

part = TensorDataset(torch.arange(4))
both = ConcatDataset([part, part])
print(both[5])
for dataset in (part, both):
    print(dataset[0:2])

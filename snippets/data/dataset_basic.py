# zh: 自己的数据集只要两个方法：__len__ 说有几个，__getitem__ 给出第几个。
# en: A dataset of your own takes two methods: __len__ counts, __getitem__ gives one.
import torch
from torch.utils.data import DataLoader, Dataset


class Squares(Dataset):
    def __init__(self, count):
        self.count = count

    def __len__(self):
        return self.count

    def __getitem__(self, index):
        return torch.tensor([float(index)]), index * index


dataset = Squares(5)
print(len(dataset), dataset[3])

# zh: 加载器把样本叠成批：张量堆叠，整数变成张量。
# en: The loader makes batches: tensors are stacked, integers become a tensor.
for inputs, labels in DataLoader(dataset, batch_size=3):
    print(inputs.shape, labels)

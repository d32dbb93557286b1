# raises: TypeError
# zh: 忘了 __len__，创建加载器没事，要打乱顺序时才报错。
# en: Without __len__ a loader can be made, but not shuffled.
from torch.utils.data import DataLoader, Dataset


class NoLength(Dataset):
    def __getitem__(self, index):
        return index


dataset = NoLength()
print(dataset[5], DataLoader(dataset).batch_size)
DataLoader(dataset, shuffle=True)

# zh: 数据只能顺着读（日志、网络流）时，写 __iter__；它没有长度，也不能打乱。
# en: For data read in order only (logs, streams): __iter__, no length, no shuffle.
from torch.utils.data import DataLoader, IterableDataset


class Lines(IterableDataset):
    def __iter__(self):
        for n in range(5):
            yield n * 10


loader = DataLoader(Lines(), batch_size=2)
print([batch.tolist() for batch in loader])
try:
    DataLoader(Lines(), shuffle=True)
except ValueError as error:
    print(error)

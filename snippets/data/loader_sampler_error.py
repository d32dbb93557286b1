# raises: ValueError
# zh: 给了采样器就不能再打乱：顺序只能由一方决定。
# en: A sampler and shuffle exclude each other: only one may set the order.
from torch.utils.data import DataLoader, SequentialSampler

data = [1, 2, 3]
print(list(DataLoader(data, sampler=SequentialSampler(data))))
DataLoader(data, sampler=SequentialSampler(data), shuffle=True)

# zh: shuffle=True 每轮换一个顺序；给定生成器，顺序就可以重现。
# en: shuffle=True orders anew each epoch; with a generator, the orders repeat.
import torch
from torch.utils.data import DataLoader

data = torch.arange(8)


def epochs(seed):
    generator = torch.Generator().manual_seed(seed)
    loader = DataLoader(
        data, batch_size=len(data), shuffle=True, generator=generator
    )
    return [next(iter(loader)).tolist() for _ in range(2)]


first, second = epochs(0)
print(first, second)
print(sorted(first) == sorted(second) == data.tolist())
print(epochs(0) == epochs(0), epochs(0) == epochs(1))

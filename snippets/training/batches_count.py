# zh: 批数要向上取整：len(x) // batch_size 会少算最后那个不满的批。
# en: Batches round up: len(x) // batch_size leaves out the short last one.
import torch
from torch.utils.data import DataLoader

for samples in (1000, 10):
    loader = DataLoader(torch.zeros(samples), batch_size=32)
    print(samples, samples // 32, len(loader))

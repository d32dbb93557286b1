# zh: batch_size=None 关闭自动组批：一次给一个样本，不加批维。
# en: batch_size=None turns batching off: one sample at a time, with no batch dimension.
import torch
from torch.utils.data import DataLoader

data = torch.arange(6).view(3, 2)
print([batch.shape for batch in DataLoader(data, batch_size=1)])
print([sample.tolist() for sample in DataLoader(data, batch_size=None)])

# zh: DataLoader 按批取样本；最后一批可能不满，drop_last 丢掉它。
# en: A DataLoader gives batches; the last may be short, and drop_last drops it.
import torch
from torch.utils.data import DataLoader

data = torch.arange(10)
loader = DataLoader(data, batch_size=4)
print(len(loader), [batch.tolist() for batch in loader])

short = DataLoader(data, batch_size=4, drop_last=True)
print(len(short), [batch.tolist() for batch in short])

# zh: 有显卡才锁页，同一个程序在哪里都不警告。
# en: Pin only where there is a GPU: the same program warns nowhere.
import torch
from torch.utils.data import DataLoader, TensorDataset

cuda = torch.cuda.is_available()
device = "cuda" if cuda else "cpu"
dataset = TensorDataset(torch.ones(6, 2), torch.arange(6))
loader = DataLoader(dataset, batch_size=3, pin_memory=cuda)

for inputs, labels in loader:
    print([part.is_pinned() == cuda for part in (inputs, labels)])
    inputs = inputs.to(device, non_blocking=True)
    labels = labels.to(device, non_blocking=True)
    print(inputs.sum().item(), labels.tolist())

# raises: ValueError
# zh: 训练时，只有一个样本的批会让批归一化报错：一个数没有方差。
# en: In training a batch of one fails batch normalization: one number has no variance.
import torch
from torch import nn
from torch.utils.data import DataLoader

model = nn.BatchNorm1d(2)
for batch in DataLoader(torch.rand(5, 2), batch_size=4):
    print(len(batch))
    model(batch)

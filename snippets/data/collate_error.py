# raises: RuntimeError
# zh: 长度不同的样本叠不成一批。
# en: Samples of different lengths do not stack.
import torch
from torch.utils.data import DataLoader

data = [torch.zeros(3), torch.zeros(1)]
next(iter(DataLoader(data, batch_size=len(data))))

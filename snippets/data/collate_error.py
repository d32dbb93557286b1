# raises: RuntimeError
# zh: 长度不同的样本叠不成一批。
# en: Samples of different lengths do not stack.
import torch
from torch.utils.data import DataLoader

data = [torch.tensor([1, 2, 3]), torch.tensor([4])]
next(iter(DataLoader(data, batch_size=2)))

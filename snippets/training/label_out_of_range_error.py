# raises: IndexError
# zh: 三个类别，标签只能是 0、1、2。
# en: With three classes, labels are 0, 1 and 2.
import torch
import torch.nn.functional as F

F.cross_entropy(torch.zeros(1, 3), torch.tensor([3]))

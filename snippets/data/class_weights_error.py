# raises: IndexError
# zh: 标签必须是整数类型：浮点标签不能当下标。
# en: Labels must be of an integer dtype: floats cannot index.
import torch

labels = torch.tensor([0.0, 0.0, 1.0])
weights = 1.0 / torch.tensor([2, 1])
print(weights[labels.long()])
weights[labels]

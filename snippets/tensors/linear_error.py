# raises: RuntimeError
# zh: nn.Linear 的输入最后一维对不上 in_features，报的也是这一句。
# en: nn.Linear says the same if the input's last dim is not in_features.
import torch
from torch import nn

layer = nn.Linear(in_features=4, out_features=2)
x = torch.ones(10, 2, 3)
print(layer.weight.shape, x.shape)

# zh: (10, 2, 3) 展平成 20x3，权重转置成 4x2。
# en: (10, 2, 3) is flattened to 20x3, and the weight transposed to 4x2.
layer(x)

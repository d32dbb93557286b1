# raises: RuntimeError
# zh: 最后一维与层的输入数不符：报错里的 4x3 是输入，2x5 是转置后的权重。
# en: The last dim is not the layer's input: 4x3 the input, 2x5 weight transposed.
import torch
from torch import nn

layer = nn.Linear(2, 5)
layer(torch.rand(4, 3))

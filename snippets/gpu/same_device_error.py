# needs: cuda
# raises: RuntimeError
# zh: 模型在显卡上，输入还在主机上。
# en: The model is on the GPU, its input still on the host.
import torch
from torch import nn

model = nn.Linear(3, 1).to("cuda")
inputs = torch.ones(2, 3)
# zh: 把输入搬过去就好：
# en: The fix is to move the input:
print(model(inputs.to("cuda")).shape)
model(inputs)

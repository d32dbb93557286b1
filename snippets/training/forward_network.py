# zh: 一个两层网络：__init__ 里建层，forward 里把它们连起来。
# en: A network of two layers: made in __init__, joined in forward.
import torch
from torch import nn


class Network(nn.Module):
    def __init__(self, inputs, hidden, outputs):
        super().__init__()
        self.hidden = nn.Linear(inputs, hidden)
        self.output = nn.Linear(hidden, outputs)

    def forward(self, x):
        return self.output(torch.relu(self.hidden(x)))


model = Network(inputs=784, hidden=256, outputs=10)
print(model(torch.rand(32, 784)).shape)

for name, parameter in model.named_parameters():
    print(f"{name:13} {tuple(parameter.shape)} {parameter.numel()}")

# zh: 训练要的内存不止参数：梯度再一份，Adam 再两份。
# en: Training takes more than the parameters: gradients once more, Adam twice more.
import torch
from torch import nn


def size(tensors):
    return sum(t.numel() * t.element_size() for t in tensors)


model = nn.Sequential(nn.Linear(1000, 1000), nn.Linear(1000, 1000))
optimizer = torch.optim.AdamW(model.parameters())
model(torch.ones(1, 1000)).sum().backward()
optimizer.step()

parameters = list(model.parameters())
state = [
    value
    for values in optimizer.state.values()
    for name, value in values.items()
    if name != "step"
]
unit = size(parameters)
print("parameters", unit)
print("gradients", size(p.grad for p in parameters) / unit)
print("optimizer", size(state) / unit)

# zh: torch.compile(model) 的键多一个前缀：存原来的模型，或用 model.compile()。
# en: torch.compile(model) prefixes the keys: save the original, or compile in place.
import torch
from torch import nn

model = nn.Linear(2, 1)
compiled = torch.compile(model, backend="eager")
print(list(compiled.state_dict()))
print(list(model.state_dict()), compiled.weight is model.weight)

model.compile(backend="eager")
print(list(model.state_dict()), model(torch.ones(3, 2)).shape)

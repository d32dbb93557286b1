# zh: no_grad 不会关掉 dropout，eval() 不会停止记录计算图。
# en: no_grad leaves dropout on; eval() goes on recording the graph.
import torch
from torch import nn

torch.manual_seed(0)
model = nn.Sequential(nn.Linear(1, 1), nn.Dropout(0.5))
x = torch.ones(100, 1)

model.train()
with torch.no_grad():
    first, second = model(x), model(x)
print("no_grad", torch.equal(first, second), first.requires_grad)

model.eval()
first, second = model(x), model(x)
print("eval", torch.equal(first, second), first.requires_grad)

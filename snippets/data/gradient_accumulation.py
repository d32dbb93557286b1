# zh: 显存不够，就把一批拆成四份累积梯度，结果和整批一样。
# en: Short of GPU memory, split a batch in four and accumulate the gradient.
import torch
from torch import nn
from torch.nn.functional import mse_loss

x = torch.arange(8.0).view(8, 1)
y = 3 * x
model = nn.Linear(1, 1)
with torch.no_grad():
    model.weight.fill_(1.0)
    model.bias.zero_()

mse_loss(model(x), y).backward()
whole = model.weight.grad.clone()

model.zero_grad()
parts = 4
for inputs, targets in zip(x.chunk(parts), y.chunk(parts), strict=True):
    # zh: 每份的损失除以份数，梯度加起来才是平均。
    # en: Divide each loss by the number of parts, so that the sum is the mean.
    (mse_loss(model(inputs), targets) / parts).backward()
print(whole)
print(model.weight.grad)

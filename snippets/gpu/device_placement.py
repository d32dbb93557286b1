# needs: cuda
# zh: 张量在哪个设备上，运算就在哪里做，结果也在哪里。
# en: Work is done where the tensors are, and the result stays there.
import torch
from torch import nn

x = torch.ones(2, 3)
on_gpu = x.to("cuda")
print(x.device, on_gpu.device)
# zh: 已经在那里了，就不复制。
# en: Already there: no copy.
print(on_gpu.to("cuda") is on_gpu)

made_there = torch.zeros(2, 3, device="cuda")
model = nn.Linear(3, 1).to("cuda")
print(made_there.device, (on_gpu + made_there).device)
print(model.weight.device, model(on_gpu).device)
# zh: 要用 NumPy 或画图，先搬回来。
# en: For NumPy and plots bring it back first.
print((2 * on_gpu).cpu().numpy().sum())

# zh: 设备只在一处决定，之后处处用它；没有加速器也照样跑。
# en: Decide the device once and use it everywhere: it runs without an accelerator too.
import torch
from torch import nn

# zh: 有就给出加速器，没有就是 None。
# en: The accelerator if there is one, or else None.
found = torch.accelerator.current_accelerator(check_available=True)
device = found or torch.device("cpu")

model = nn.Linear(3, 1).to(device)
inputs = torch.ones(4, 3).to(device)
targets = torch.zeros(4, 1, device=device)
loss = nn.functional.mse_loss(model(inputs), targets)
loss.backward()

print({t.device.type for t in (inputs, targets, loss)} == {device.type})
print(model.weight.grad.device.type == device.type)
# zh: .item() 得到普通的 Python 数，已经不在设备上。
# en: .item() gives a plain Python number, on no device.
print(type(loss.item()))

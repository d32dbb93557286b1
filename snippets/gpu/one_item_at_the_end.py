# zh: 损失在设备上累加，一轮只取一次数，等待也只有一次。
# en: Add losses up on the device and take one number an epoch: one wait in all.
import torch
from torch import nn

torch.manual_seed(0)
device = "cuda" if torch.cuda.is_available() else "cpu"
model = nn.Linear(2, 1).to(device)
batches = [torch.rand(4, 2, device=device) for _ in range(8)]

total = torch.zeros((), device=device)
each = []
for inputs in batches:
    loss = model(inputs).square().mean()
    # zh: detach 之后不带计算图，也不等结果。
    # en: Detached, it keeps no graph; and nothing waits for it.
    total += loss.detach()
    each.append(loss.item())
print(abs(total.item() - sum(each)) < 1e-5, total.requires_grad)

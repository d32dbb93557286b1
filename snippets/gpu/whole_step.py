# zh: 全章连起来：设备、锁页、混合精度、累积、裁剪，有没有显卡都能跑。
# en: The chapter in one go: device, pinning, precision, accumulation, any machine.
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

cuda = torch.cuda.is_available()
device = "cuda" if cuda else "cpu"
PARTS = 2

torch.manual_seed(0)
x = torch.randn(512, 16)
dataset = TensorDataset(x, x.sum(dim=1, keepdim=True))
loader = DataLoader(dataset, batch_size=32, shuffle=True, pin_memory=cuda)
model = nn.Sequential(nn.Linear(16, 64), nn.ReLU(), nn.Linear(64, 1)).to(device)
optimizer = torch.optim.AdamW(model.parameters(), lr=0.01)
# zh: bfloat16 不用缩放，关掉的缩放器什么也不做；float16 才用得上。
# en: bfloat16 needs no scaler, and disabled it does nothing; float16 needs it.
dtype = torch.bfloat16
scaler = torch.amp.GradScaler(device, enabled=dtype == torch.float16)

means, norms = [], []
for _ in range(20):
    total = torch.zeros((), device=device)
    for number, (inputs, targets) in enumerate(loader, 1):
        inputs = inputs.to(device, non_blocking=True)
        targets = targets.to(device, non_blocking=True)
        with torch.autocast(device, dtype=dtype):
            loss = nn.functional.mse_loss(model(inputs), targets)
        scaler.scale(loss / PARTS).backward()
        total += loss.detach()
        if number % PARTS == 0:
            scaler.unscale_(optimizer)
            norm = nn.utils.clip_grad_norm_(model.parameters(), max_norm=1.0)
            norms.append(norm.item())
            scaler.step(optimizer)
            scaler.update()
            optimizer.zero_grad()
    means.append(total.item() / len(loader))

# zh: 第一步裁剪前的范数：它说明损失除以了累积的批数。
# en: The norm before the first clipping shows that the loss was divided by the parts.
print(f"{norms[0]:.0f}", "| scaler", scaler.is_enabled())
print(len(loader), f"batches, loss {means[0]:.0f} to {means[-1]:.2f}")

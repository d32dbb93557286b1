# needs: cuda
# zh: float16 的完整一步：autocast、放大、还原、裁剪、更新。
# en: A whole step in float16: autocast, scale, unscale, clip, update.
import torch
from torch import nn

torch.manual_seed(0)
model = nn.Sequential(nn.Linear(16, 64), nn.ReLU(), nn.Linear(64, 1)).to("cuda")
optimizer = torch.optim.AdamW(model.parameters(), lr=0.01)
scaler = torch.amp.GradScaler("cuda")
inputs = torch.randn(256, 16, device="cuda")
targets = inputs.sum(dim=1, keepdim=True)

losses = []
for _ in range(200):
    optimizer.zero_grad()
    with torch.autocast("cuda", dtype=torch.float16):
        outputs = model(inputs)
        loss = nn.functional.mse_loss(outputs, targets)
    scaler.scale(loss).backward()
    scaler.unscale_(optimizer)
    nn.utils.clip_grad_norm_(model.parameters(), max_norm=1.0)
    scaler.step(optimizer)
    scaler.update()
    losses.append(loss.detach())

print("outputs", outputs.dtype, "| loss", loss.dtype)
print("weight", model[0].weight.dtype, "| grad", model[0].weight.grad.dtype)
print((losses[-1] < losses[0] / 10).item(), scaler.get_scale() >= 1)

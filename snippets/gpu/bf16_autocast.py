# needs: cuda
# zh: 显卡上用 bfloat16：线性层低精度，softmax、归一化、损失是 float32，不用缩放。
# en: bfloat16 on the GPU: linear is low, softmax, norm and loss float32; no scaler.
import torch
from torch import nn

torch.manual_seed(0)
model = nn.Linear(8, 4, device="cuda")
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
inputs = torch.randn(32, 8, device="cuda")
labels = inputs[:, :4].argmax(dim=1)

losses = []
for _ in range(50):
    optimizer.zero_grad()
    with torch.autocast("cuda", dtype=torch.bfloat16):
        logits = model(inputs)
        loss = nn.functional.cross_entropy(logits, labels)
    loss.backward()
    optimizer.step()
    losses.append(loss.detach())

with torch.autocast("cuda", dtype=torch.bfloat16):
    print("softmax", logits.softmax(dim=1).dtype)
    print("layer_norm", nn.functional.layer_norm(logits, (4,)).dtype)
print("linear", logits.dtype, "| cross_entropy", loss.dtype)
print("weight", model.weight.dtype, "| grad", model.weight.grad.dtype)
print((losses[-1] < losses[0]).item())

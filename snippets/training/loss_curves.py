# figure.zh: 两条随轮次下降的损失曲线，训练和验证几乎重合。
# figure.en: Two loss curves falling over the epochs; training and validation nearly coincide.
# zh: 每轮记下训练和验证损失，画在一起。
# en: Record both losses each epoch, and plot them together.
import matplotlib.pyplot as plt
import torch
from torch import nn
from torch.nn.functional import cross_entropy
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
x = torch.rand(300, 2)
y = (x[:, 0] > x[:, 1]).long()
loader = DataLoader(TensorDataset(x[:200], y[:200]), batch_size=32, shuffle=True)

model = nn.Linear(2, 2)
optimizer = torch.optim.AdamW(model.parameters(), lr=0.05)
history = {"train": [], "validation": []}
for _ in range(30):
    total = 0.0
    for inputs, labels in loader:
        loss = cross_entropy(model(inputs), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(labels)
    history["train"].append(total / 200)
    with torch.inference_mode():
        history["validation"].append(cross_entropy(model(x[200:]), y[200:]).item())

fig, ax = plt.subplots()
for name, losses in history.items():
    ax.plot(losses, label=name)
    print(name, f"{losses[0]:.2f} to {losses[-1]:.2f}")
ax.set_xlabel("epoch")
ax.set_ylabel("loss")
ax.legend()
plt.show()

# figure.zh: 两条损失曲线。训练损失一路降到 0 附近；验证损失先降后升，在最低处有一条竖线。
# figure.en: Two loss curves. The training loss falls to near 0; the validation loss falls, then rises; an upright line marks its lowest point.
# zh: 过拟合：训练损失一直降，验证损失降了又升，早停取最低点。
# en: Overfitting: training loss keeps falling, validation loss turns; stop there.
import matplotlib.pyplot as plt
import torch
from torch import nn
from torch.nn.functional import mse_loss

torch.manual_seed(2)
x = torch.linspace(-1, 1, 32)[:, None]
y = torch.sin(3 * x) + 0.8 * torch.randn_like(x)
train, validation = slice(0, None, 2), slice(1, None, 2)

model = nn.Sequential(
    *(nn.Linear(1, 128), nn.ReLU(), nn.Linear(128, 128), nn.ReLU()),
    nn.Linear(128, 1),
)
optimizer = torch.optim.Adam(model.parameters(), lr=0.002)

losses = {"train": [], "validation": []}
for _ in range(400):
    optimizer.zero_grad()
    loss = mse_loss(model(x[train]), y[train])
    loss.backward()
    optimizer.step()
    with torch.no_grad():
        losses["train"].append(loss.item())
        losses["validation"].append(
            mse_loss(model(x[validation]), y[validation]).item()
        )

best = min(losses["validation"])
print(losses["train"][-1] < losses["train"][0] / 10)
print(losses["validation"][-1] > 1.2 * best)

epochs = range(0, 400, 8)
for name, values in losses.items():
    plt.plot(epochs, values[::8], label=name)
plt.axvline(losses["validation"].index(best), color="gray", linestyle=":")
plt.xlabel("epoch")
plt.ylabel("loss")
plt.legend(loc="upper right")
plt.show()

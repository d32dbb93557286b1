# zh: 标签是随机的，训练损失照样能降到接近 0：网络只是背了下来，新数据全靠猜。
# en: With random labels the training loss still falls to near 0: learned by heart only.
import torch
from torch import nn
from torch.nn.functional import cross_entropy

torch.manual_seed(0)
x, fresh = torch.randn(200, 64), torch.randn(2000, 64)
y, fresh_y = torch.randint(10, (200,)), torch.randint(10, (2000,))

model = nn.Sequential(nn.Linear(64, 256), nn.ReLU(), nn.Linear(256, 10))
optimizer = torch.optim.AdamW(model.parameters(), lr=0.01)
for _ in range(60):
    optimizer.zero_grad()
    cross_entropy(model(x), y).backward()
    optimizer.step()

with torch.inference_mode():
    print(f"{cross_entropy(model(x), y):.3f}")
    # zh: 完全不懂的模型，损失是 ln 10，约 2.3，准确率一成。
    # en: Knowing nothing at all would cost ln 10, about 2.3, and be right once in ten.
    print(f"{cross_entropy(model(fresh), fresh_y):.1f}")
    print(f"{(model(fresh).argmax(dim=1) == fresh_y).float().mean():.2f}")

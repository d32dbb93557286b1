# figure.zh: 一百个散点从左下到右上排成一条带，一条直线从中间穿过。
# figure.en: A hundred dots in a band from lower left to upper right, and a line through the middle.
# zh: 线性回归，从头到尾只用张量：每轮打乱，小批更新，结果接近最小二乘。
# en: Linear regression with tensors alone: shuffled batches, near least squares.
import matplotlib.pyplot as plt
import torch

torch.manual_seed(2)
x = torch.rand(100, 1)
y = 2 * x + 1 + 0.1 * torch.randn(100, 1)

w = torch.zeros(1, requires_grad=True)
b = torch.zeros(1, requires_grad=True)
for epoch in range(100):
    total = 0.0
    for part in torch.randperm(len(x)).split(32):
        loss = ((w * x[part] + b - y[part]) ** 2).mean()
        loss.backward()
        with torch.no_grad():
            for parameter in (w, b):
                parameter -= 0.1 * parameter.grad
                parameter.grad = None
        total += loss.item() * len(part)
    if epoch % 33 == 0:
        print(f"{epoch:2} {total / len(x):.3f}")

exact = torch.linalg.lstsq(torch.cat([x, torch.ones_like(x)], dim=1), y).solution
print(f"{w.item():.2f} {b.item():.2f}", *(f"{v:.2f}" for v in exact.flatten()))

plt.plot(x, y, ".")
ends = torch.tensor([0.0, 1.0])
plt.plot(ends, (w * ends + b).detach(), color="tab:orange")
plt.xlabel("x")
plt.ylabel("y")
plt.show()

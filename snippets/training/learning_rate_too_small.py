# zh: 同样一百轮，学习率 0.01 还没走到，0.1 已经到了。
# en: A hundred epochs at rate 0.01 do not arrive; at 0.1 they do.
import torch

torch.manual_seed(2)
x = torch.rand(100, 1)
y = 2 * x + 1 + 0.1 * torch.randn(100, 1)

for rate in (0.01, 0.1):
    w = torch.zeros(1, requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    optimizer = torch.optim.SGD([w, b], lr=rate)
    for _ in range(100):
        for part in torch.randperm(len(x)).split(10):
            optimizer.zero_grad()
            ((w * x[part] + b - y[part]) ** 2).mean().backward()
            optimizer.step()
    print(rate, f"{w.item():.2f} {b.item():.2f}")

# zh: 更新就是参数减去学习率乘梯度，写在 no_grad 里。
# en: An update is the parameter less the rate times the gradient, under no_grad.
import torch

x = torch.tensor([1.0, 2.0, 3.0, 4.0])
y = 2 * x + 1
w = torch.tensor(0.0, requires_grad=True)
b = torch.tensor(0.0, requires_grad=True)


def sgd_update(parameters, rate):
    with torch.no_grad():
        for parameter in parameters:
            parameter -= rate * parameter.grad
            parameter.grad = None


# zh: 每一步只用一小批。
# en: Each step takes a mini-batch.
for step in range(400):
    for part in (slice(0, 2), slice(2, 4)):
        loss = ((w * x[part] + b - y[part]) ** 2).mean()
        loss.backward()
        sgd_update((w, b), rate=0.05)
    if step % 133 == 0:
        print(step, f"{w.item():.3f} {b.item():.3f}")

# zh: 前向在 no_grad 外面，手写的参数更新在里面。
# en: The forward pass stays outside no_grad; a hand-written update goes inside.
import torch

w = torch.tensor(0.0, requires_grad=True)
x, y = torch.tensor(2.0), torch.tensor(4.0)

for step in range(3):
    loss = (w * x - y).square()
    loss.backward()
    with torch.no_grad():
        w -= 0.0625 * w.grad
    w.grad = None
    print(f"loss={loss.item()} w={w.item()}")

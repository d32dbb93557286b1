# zh: 均方误差对 w 和 b 的梯度：按公式算，与自动求导一致。
# en: The gradients of the mean squared error: by formula, and equal to autograd's.
import torch

x = torch.tensor([1.0, 2.0, 3.0, 6.0])
y = torch.tensor([3.0, 5.0, 7.0, 13.0])
w = torch.tensor(1.0, requires_grad=True)
b = torch.tensor(2.0, requires_grad=True)

loss = ((w * x + b - y) ** 2).mean()
dw, db = torch.autograd.grad(loss, (w, b))

with torch.no_grad():
    error = w * x + b - y
    dw_by_hand = 2 * (error * x).mean()
    db_by_hand = 2 * error.mean()

print(f"{dw} {dw_by_hand}")
print(f"{db} {db_by_hand}")

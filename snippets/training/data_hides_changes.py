# zh: 用 .data 改参数，自动求导察觉不到：梯度错了也不报错。
# en: A change through .data escapes autograd: a wrong gradient, and no error.
import torch

w = torch.tensor(3.0, requires_grad=True)
loss = w.square()
w.data -= 1
loss.backward()
print(w.grad)  # 2 * 3

w = torch.tensor(3.0, requires_grad=True)
loss = w.square()
with torch.no_grad():
    w -= 1
try:
    loss.backward()
except RuntimeError as error:
    print(str(error)[:71])
print(w)

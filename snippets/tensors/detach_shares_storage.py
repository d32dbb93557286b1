# draw: before -> x
# figure.zh: 左边是原来的 x；右边是对 y 写入之后的 x：左上角从 1 变成 99，其余不变。
# figure.en: Left, x as it was; right, x after the write to y: the top left went from 1 to 99, the rest is unchanged.
# zh: detach() 不复制：改它就是改原张量。
# en: detach() copies nothing: writing to it writes to the original.
import torch

x = torch.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
before = x.detach().clone()

y = x.detach()
print(y.requires_grad, y.data_ptr() == x.data_ptr())
y[0, 0] = 99
print(x)

# zh: 要一份独立的数据，再加 clone()。
# en: For data of its own, add clone().
z = x.detach().clone()
z[1, 1] = -1
print(z[1, 1].item(), x[1, 1].item())

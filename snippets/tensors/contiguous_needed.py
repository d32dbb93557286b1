# zh: 多数运算不要求连续；view 才要求。
# en: Most operations take any strides; view does not.
import torch

x = torch.arange(12).view(3, 4)
t = x.permute(1, 0)

c = t.contiguous()
print(torch.equal(t.sum(dim=1), c.sum(dim=1)))
print(torch.equal(t @ x, c @ x))
print(c.view(2, 6))

# zh: 只为换形状，用 reshape 就够，它需要时自己复制。
# en: To change a shape, reshape is enough: it copies when it has to.
print(torch.equal(t.reshape(2, 6), c.view(2, 6)))

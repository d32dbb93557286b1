# zh: sigmoid 把任意实数变成 0 到 1；float32 里两端都取得到。
# en: sigmoid maps any number to between 0 and 1; float32 reaches both ends.
import torch

x = torch.tensor([-200.0, -2.0, 0.0, 2.0, 20.0])
y = torch.sigmoid(x)

print(y.round(decimals=4))
print((y == 0.0).tolist())
print((y == 1.0).tolist())
# zh: 要判断类别，不必先算 sigmoid：y > 0.5 就是 x > 0。
# en: Deciding needs no sigmoid: y > 0.5 is the same as x > 0.
print(torch.equal(y > 0.5, x > 0))

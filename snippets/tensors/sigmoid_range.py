# zh: sigmoid 把任意实数变到 0 和 1 之间；float32 里两端都取得到。
# en: sigmoid maps any number to between 0 and 1; float32 reaches both ends.
import torch

x = torch.tensor([-200.0, -2.0, 0.0, 2.0, 20.0])
y = torch.sigmoid(x)

print(y)
print((y == 0.0).tolist())
print((y == 1.0).tolist())

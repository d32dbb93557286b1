# zh: tanh 逐元素作用，形状不变；float32 里会取到 1。
# en: tanh works element by element and keeps the shape; float32 reaches 1.
import torch

x = torch.tensor([[-2.0, -1.0, 0.0], [1.0, 2.0, 20.0]])
y = torch.tanh(x)
print(y.shape)
print(y)

# zh: 数学上 tanh(10) 小于 1，最接近它的 float32 却是 1；float64 只是晚一点饱和。
# en: In mathematics tanh(10) is below 1, but the nearest float32 is 1;
# en: float64 saturates too, only later.
x = torch.tensor([10.0, 20.0])
print((torch.tanh(x) == 1.0).tolist())
print((torch.tanh(x.double()) == 1.0).tolist())

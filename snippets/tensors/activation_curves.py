# figure.zh: 两幅图。左：tanh 从 −1 升到 1，sigmoid 从 0 升到 1，relu 在 0 以下为 0、以上等于输入。右：三者的导数，tanh 在 0 处最高，为 1，sigmoid 最高 0.25，两头都趋于 0；relu 是 0 和 1 两级台阶。
# figure.en: Two plots. Left: tanh rises from −1 to 1, sigmoid from 0 to 1, relu is 0 below 0 and the input above. Right: their derivatives; tanh peaks at 1 and sigmoid at 0.25, both fall to 0 at the ends; relu steps from 0 to 1.
# zh: tanh、sigmoid、relu 的曲线和导数。
# en: The curves of tanh, sigmoid and relu, and their derivatives.
import matplotlib.pyplot as plt
import torch

fig, (left, right) = plt.subplots(1, 2, figsize=(7, 3), layout="constrained")
for function in (torch.tanh, torch.sigmoid, torch.relu):
    x = torch.linspace(-6, 6, 49, requires_grad=True)
    y = function(x)
    (slope,) = torch.autograd.grad(y.sum(), x)
    left.plot(x.detach(), y.detach(), label=function.__name__)
    right.plot(x.detach(), slope, label=function.__name__)

left.set(xlabel="x", ylabel="f(x)", ylim=(-1.2, 2))
right.set(xlabel="x", ylabel="f'(x)")
left.legend()
plt.show()

# figure.zh: 十层网络各层权重梯度的范数，对数纵轴。sigmoid 的那条从后往前一层层降下去，relu 的那条大体持平。
# figure.en: Gradient norms of the weights of ten layers, on a log axis. With sigmoid they fall layer by layer towards the input; with relu they stay about level.
# zh: 梯度消失看得见：十层 sigmoid，越靠近输入，梯度越小。
# en: Vanishing gradients made visible: ten sigmoid layers, smaller towards the input.
import matplotlib.pyplot as plt
import torch
from torch import nn

torch.manual_seed(0)
x = torch.randn(64, 32)
for activation in (nn.Sigmoid, nn.ReLU):
    layers = [nn.Linear(32, 32) for _ in range(10)]
    for layer in layers:
        nn.init.kaiming_normal_(layer.weight)
        nn.init.zeros_(layer.bias)
    output = x
    for layer in layers:
        output = activation()(layer(output))
    output.sum().backward()
    norms = [layer.weight.grad.norm().item() for layer in layers]
    print(f"{activation.__name__:8}", f"{norms[9] / norms[0]:.0e}")
    plt.semilogy(range(1, 11), norms, marker="o", label=activation.__name__)
plt.xlabel("layer")
plt.ylabel("norm of the gradient")
plt.legend()
plt.show()

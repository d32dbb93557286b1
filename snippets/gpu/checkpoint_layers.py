# zh: 激活重算：只留每段的输入，反向时再算一遍，梯度不变。
# en: Activation checkpointing keeps each part's input and computes the rest again.
import torch
from torch import nn
from torch.utils.checkpoint import checkpoint

torch.manual_seed(0)
layers = nn.ModuleList(
    nn.Sequential(nn.Linear(64, 64), nn.Tanh(), nn.Linear(64, 64), nn.Tanh())
    for _ in range(4)
)
x = torch.rand(32, 64)


def train_step(run):
    saved = 0

    def pack(tensor):
        nonlocal saved
        saved += not isinstance(tensor, nn.Parameter) and tensor.shape[0] == len(x)
        return tensor

    hidden = x
    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        for layer in layers:
            hidden = run(layer, hidden)
    layers.zero_grad()
    hidden.sum().backward()
    return saved, layers[0][0].weight.grad.clone()


def plainly(layer, hidden):
    return layer(hidden)


def again(layer, hidden):
    return checkpoint(layer, hidden, use_reentrant=False)


all_kept, gradient = train_step(plainly)
few_kept, same = train_step(again)
print(all_kept, f"{gradient.norm():.2f}")
print(few_kept, f"{same.norm():.2f}")

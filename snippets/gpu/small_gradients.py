# zh: float16 里太小的梯度变成 0；先把损失放大，梯度就留得住。
# en: In float16 a small gradient becomes 0; scale the loss up, and it survives.
import torch

weight = torch.tensor(1.0, requires_grad=True)


def gradient(scale):
    loss = (weight.half() * 1e-4).float() * 1e-4
    (scaled,) = torch.autograd.grad(loss * scale, weight)
    return scaled / scale


print(gradient(1))
print(f"{gradient(2**16):.2g}")

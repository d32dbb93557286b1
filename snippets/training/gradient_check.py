# zh: 自己写的公式对不对，用 gradcheck 与差商比一比，要用 float64。
# en: Is a formula of your own right? gradcheck compares differences, in float64.
import torch


class Cube(torch.autograd.Function):
    @staticmethod
    def forward(context, x):
        context.save_for_backward(x)
        return x**3

    @staticmethod
    def backward(context, gradient):
        (x,) = context.saved_tensors
        return gradient * 3 * x**2


x = torch.tensor([1.0, -2.0], dtype=torch.float64, requires_grad=True)
print(torch.autograd.grad(Cube.apply(x).sum(), x))
print(torch.autograd.gradcheck(Cube.apply, x))

# zh: 编译后的函数算出同样的值和梯度；第一次调用才真正编译。
# en: A compiled function gives the same values and gradients; the first call compiles.
import torch

graphs = []


def backend(graph, example_inputs):
    graphs.append(graph)
    return graph.forward


def loss(x):
    return (x**2 + x).sum()


compiled = torch.compile(loss, backend=backend)
x = torch.tensor([1.0, 2.0], requires_grad=True)

for function in (loss, compiled, compiled):
    value = function(x)
    (gradient,) = torch.autograd.grad(value, x)
    print(value.item(), gradient, len(graphs))

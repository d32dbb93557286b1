# zh: 编译后的函数算出同样的值和梯度；第一次调用才真正编译。
# en: A compiled function gives the same values and gradients; the first call compiles.
import torch

graphs = []


def backend(graph, example_inputs):
    graphs.append(graph)
    return graph.forward


def loss(x):
    return (x.sin() ** 2 + x.cos() ** 2).sum()


compiled = torch.compile(loss, backend=backend)
print(len(graphs))

x = torch.linspace(0, 1, 5, requires_grad=True)
compiled(x).backward()
compiled(x)
print(len(graphs), torch.allclose(compiled(x), loss(x)))
print(x.grad.abs().max().item() < 1e-6)

# zh: 形状第一次变，会再编译一次，并把那一维当作变量；dynamic=False 每种形状都编译。
# en: A new shape compiles once more, its size then a variable; dynamic=False, always.
import torch

graphs = []


def backend(graph, example_inputs):
    graphs.append(graph)
    return graph.forward


def double(x):
    return x * 2


for dynamic in (None, False):
    torch.compiler.reset()
    compiled = torch.compile(double, backend=backend, dynamic=dynamic)
    graphs.clear()
    counts = []
    for size in (4, 4, 5, 6, 7):
        result = compiled(torch.ones(size))
        counts.append(len(graphs))
    print(dynamic, counts, result)

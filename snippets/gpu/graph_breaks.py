# zh: 按张量的值分支，图就断成两段；torch.where 把选择留在图里。
# en: A branch on a tensor's value breaks the graph in two; torch.where keeps it whole.
import torch

graphs = []


def backend(graph, example_inputs):
    graphs.append(graph)
    return graph.forward


@torch.compile(backend=backend)
def branch(x):
    y = x * 2
    if y.sum() > 0:
        return y + 1
    return y - 1


@torch.compile(backend=backend)
def choose(x):
    y = x * 2
    return torch.where(y.sum() > 0, y + 1, y - 1)


x = torch.tensor([1.0, 2.0])
print("branch", branch(x), len(graphs))
graphs.clear()
print("where", choose(x), len(graphs))
print("branch", branch(-x))
print("where", choose(-x))

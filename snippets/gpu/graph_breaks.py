# zh: 按张量的值分支，图就断成两段；torch.where 把选择留在图里。
# en: A branch on a tensor's value breaks the graph in two; torch.where keeps it whole.
import torch

graphs = []


def backend(graph, example_inputs):
    graphs.append(graph)
    return graph.forward


@torch.compile(backend=backend)
def branch(x):
    y = x.sin()
    if y.sum() > 0:
        return y + 1
    return y - 1


@torch.compile(backend=backend)
def choose(x):
    y = x.sin()
    return torch.where(y.sum() > 0, y + 1, y - 1)


x = torch.ones(3)
first = branch(x)
print("branch", len(graphs))
graphs.clear()
second = choose(x)
print("where", len(graphs), torch.equal(first, second))

# zh: fullgraph=True 不许断图：断在哪一句，当场报错。
# en: fullgraph=True allows no graph break: it raises where the first one is.
import torch


def branch(x):
    y = x * 2
    if y.sum() > 0:
        return y + 1
    return y - 1


x = torch.tensor([1.0, 2.0])
print(branch(x), branch(-x))

# zh: eager 后端不生成代码，不要编译器，用来检查断图正好。
# en: The eager backend makes no code and needs no compiler: enough to find breaks.
compiled = torch.compile(branch, backend="eager", fullgraph=True)
try:
    compiled(x)
except RuntimeError as error:
    # zh: 全文还有原因、改法和出错的那一行。
    # en: In full it also gives the reason, hints, and the line.
    print(str(error).splitlines()[0])

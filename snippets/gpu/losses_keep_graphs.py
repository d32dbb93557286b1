# zh: 把 loss 存进列表，它的计算图和中间结果就都留着；存 loss.detach() 就不会。
# en: A loss in a list keeps its graph and what is saved there; detached, it does not.
import weakref

import torch

weight = torch.ones(3, requires_grad=True)


class Saved:
    def __init__(self, tensor):
        self.tensor = tensor


def alive_after(steps, keep):
    alive = weakref.WeakSet()

    def pack(tensor):
        saved = Saved(tensor)
        alive.add(saved)
        return saved

    history = []
    with torch.autograd.graph.saved_tensors_hooks(pack, lambda saved: saved.tensor):
        for _ in range(steps):
            history.append(keep((-weight).square().sum()))
    return sum(saved.tensor.numel() for saved in alive)


# zh: 每一步留下三个数，是 square 的输入。
# en: Each step keeps three numbers, the input of square.
for keep in (lambda loss: loss, lambda loss: loss.detach()):
    print(alive_after(10, keep))

# zh: 出了显存错误就减半再试；在 except 之外重试，失败那一步的张量才放得掉。
# en: Halve the batch and try again, outside of except: only then are its tensors freed.
import weakref

import torch


def fit_batch(step, batch):
    while True:
        try:
            return batch, step(batch)
        except torch.OutOfMemoryError:
            if batch == 1:
                raise
        torch.cuda.empty_cache()
        batch //= 2


alive = weakref.WeakSet()


class Work:
    pass


def step(batch):
    # zh: 上一次失败留下的东西还在吗？
    # en: Is anything left of the failed attempts?
    print(batch, len(alive))
    work = Work()
    alive.add(work)
    if batch > 8:
        raise torch.OutOfMemoryError("as on a GPU that holds 8")
    return "done"


print(fit_batch(step, 32))

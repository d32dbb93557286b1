# zh: 一批往往是字典或元组：逐层找到张量，一起搬。
# en: A batch is often a dict or a tuple: find its tensors, and move them all.
import torch


def move(batch, device):
    if isinstance(batch, torch.Tensor):
        return batch.to(device, non_blocking=True)
    if isinstance(batch, dict):
        return {name: move(part, device) for name, part in batch.items()}
    if isinstance(batch, tuple | list):
        return type(batch)(move(part, device) for part in batch)
    return batch


batch = {"ids": torch.arange(3), "masks": [torch.ones(3)], "name": "first"}
moved = move(batch, "meta")
for name, part in moved.items():
    print(name, part)
print(batch["ids"].device)

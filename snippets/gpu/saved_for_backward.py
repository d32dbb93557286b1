# zh: 前向为反向留下的内存随批大小增长；不求梯度就不留。
# en: What forward keeps for backward grows with the batch; without gradients, nothing.
import torch
from torch import nn

model = nn.Sequential(nn.Linear(64, 64), nn.Tanh(), nn.Linear(64, 1))


def saved_bytes(batch):
    sizes = {}

    def pack(tensor):
        storage = tensor.untyped_storage()
        sizes[storage.data_ptr()] = storage.nbytes()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        model(batch)
    # zh: 参数本来就在，不算。
    # en: The parameters are there anyway: they do not count.
    for parameter in model.parameters():
        sizes.pop(parameter.data_ptr(), None)
    return sum(sizes.values())


small, large = torch.ones(32, 64), torch.ones(128, 64)
print(saved_bytes(small), saved_bytes(large))
with torch.no_grad():
    print(saved_bytes(large))

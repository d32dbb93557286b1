# zh: 层放在普通列表里，参数不会登记，优化器也看不到；要用 ModuleList。
# en: Layers in a plain list are not registered, and no optimizer sees them: ModuleList.
from torch import nn


def layers():
    return [nn.Linear(2, 3), nn.Linear(3, 1)]


class Plain(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = layers()


class Registered(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList(layers())


for model in (Plain(), Registered()):
    shapes = [tuple(parameter.shape) for parameter in model.parameters()]
    print(len(model.layers), "layers", shapes)

# zh: 层放在普通列表里，参数不会登记，优化器也看不到；要用 ModuleList。
# en: Layers in a plain list are not registered, and no optimizer sees them: ModuleList.
from torch import nn


class Plain(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = [nn.Linear(2, 3), nn.Linear(3, 1)]


class Registered(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(2, 3), nn.Linear(3, 1)])


print(len(list(Plain().parameters())), len(list(Registered().parameters())))

# raises: AttributeError
# zh: __init__ 里忘了 super().__init__()，第一个层就放不进去。
# en: Without super().__init__() the first layer cannot be kept.
from torch import nn


class Network(nn.Module):
    def __init__(self):
        self.flatten = nn.Flatten()


Network()

# zh: state_dict() 不是副本：不复制，“最好的权重”会跟着一起变。
# en: state_dict() is no copy: the best weights kept from it go on changing.
import copy

from torch import nn

model = nn.Linear(1, 1)
nn.init.constant_(model.weight, 1.0)
kept = model.state_dict()
copied = copy.deepcopy(model.state_dict())

nn.init.constant_(model.weight, 9.0)
print(kept["weight"].item(), copied["weight"].item())

# zh: 张量的 to 返回新张量，原来的不动；模块的 to 改的是模块自己。
# en: A tensor's to returns another tensor; a module's to changes the module.
import torch
from torch import nn

# zh: meta 设备只有形状没有数据，不用显卡也能看清谁搬了、谁没搬。
# en: The meta device has shapes and no data: it shows what moved without a GPU.
x = torch.ones(2, 3)
print(x.to("meta").device, x.device)
x = x.to("meta")
print(x)
print(x.to("meta") is x)

model = nn.Linear(3, 1)
model.to("meta")
print(model.weight)

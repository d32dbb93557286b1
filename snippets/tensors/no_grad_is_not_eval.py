# zh: no_grad 和 inference_mode 不会关掉 dropout；eval() 不会停止记录计算图。
# en: no_grad and inference_mode leave dropout on; eval() goes on recording the graph.
import torch
from torch import nn

model = nn.Sequential(nn.Linear(1, 100), nn.Dropout(0.5))
x = torch.ones(1)
print(model)


# zh: 同一个输入前向两次：结果相等吗？有计算图吗？
# en: Two forward passes of one input: are they equal, and is there a graph?
def check(name):
    first, second = model(x), model(x)
    same = torch.equal(first, second)
    print(f"{name:15} equal={same!s:5} graph={first.requires_grad}")


model.train()
with torch.no_grad():
    check("no_grad")
with torch.inference_mode():
    check("inference_mode")

model.eval()
check("eval")

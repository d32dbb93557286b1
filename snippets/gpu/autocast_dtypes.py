# zh: 参数和梯度始终是 float32；自动混合精度只在运算时转换。
# en: Parameters and gradients stay float32: autocast converts inside the operations.
import torch
from torch import nn

model = nn.Linear(2, 2, bias=False)
nn.init.eye_(model.weight)
inputs, labels = torch.tensor([[1.0, 3.0]]), torch.tensor([0])

with torch.autocast("cpu", dtype=torch.bfloat16):
    logits = model(inputs)
    loss = nn.functional.cross_entropy(logits, labels)
    # zh: 输入里有 float32，加法照旧提升。
    # en: With a float32 operand, an addition is promoted as ever.
    added = logits + torch.ones(2)

# zh: 前向结束就离开；反向按前向的类型走。
# en: Leave it after the forward pass: backward follows the dtypes of forward.
loss.backward()
print("linear", logits.dtype, logits.tolist())
print("add", added.dtype, added.tolist())
print("cross_entropy", loss.dtype, f"{loss:.3f}")
print("weight", model.weight.dtype, "| grad", model.weight.grad.dtype)

# zh: 推理的标准写法：model.eval() 加 torch.inference_mode()。
# en: Inference takes both: model.eval() and torch.inference_mode().
import torch
from torch import nn

model = nn.Sequential(nn.Dropout(0.5), nn.Linear(3, 3))
# zh: 权重取单位阵，于是评估模式下模型原样输出，便于核对。
# en: With identity weights the model in evaluation mode returns its input.
nn.init.eye_(model[1].weight)
nn.init.zeros_(model[1].bias)
batch = torch.tensor([[1.0, 5.0, 2.0], [9.0, 3.0, 4.0]])

model.eval()
with torch.inference_mode():
    output = model(batch)
    prediction = output.argmax(dim=1)

print(output)
print(prediction)
print(output.requires_grad)

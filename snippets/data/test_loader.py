# zh: 测试集：不打乱、不丢最后一批，评估模式，不记录计算图。
# en: A test set: in order, the last batch kept, evaluation mode, no graph.
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

inputs = torch.tensor([[-2.0], [-1.0], [1.0], [2.0], [3.0]])
labels = torch.tensor([0, 0, 1, 1, 0])
loader = DataLoader(TensorDataset(inputs, labels), batch_size=2, shuffle=False)

model = nn.Linear(1, 2, bias=False)
with torch.no_grad():
    model.weight.copy_(torch.tensor([[-1.0], [1.0]]))

model.eval()
predictions = []
with torch.inference_mode():
    for batch, _ in loader:
        outputs = model(batch)
        print(outputs.tolist())
        predictions.append(outputs.argmax(dim=1))
predictions = torch.cat(predictions)

print(predictions.tolist(), labels.tolist())
print((predictions == labels).float().mean())

# zh: 同一件事，交给 nn.Linear、DataLoader 和优化器。
# en: The same with nn.Linear, a DataLoader and an optimizer.
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(2)
x = torch.rand(100, 1)
y = 2 * x + 1 + 0.1 * torch.randn(100, 1)
loader = DataLoader(TensorDataset(x, y), batch_size=32, shuffle=True)

model = nn.Linear(1, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for _ in range(100):
    for inputs, targets in loader:
        loss = nn.functional.mse_loss(model(inputs), targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
print(f"{model.weight.item():.2f} {model.bias.item():.2f}")

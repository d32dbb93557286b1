# zh: 一次迭代六步：取批、清零梯度、前向、算损失、反向传播、更新。
# en: An iteration has six steps: batch, zero, forward, loss, backward, update.
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
x = torch.linspace(0, 1, 64)[:, None]
y = 2 * x + 1
loader = DataLoader(TensorDataset(x, y), batch_size=16, shuffle=True)

model = nn.Linear(1, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.5)

for epoch in range(100):
    for inputs, targets in loader:  # 1
        optimizer.zero_grad()  # 2
        outputs = model(inputs)  # 3
        loss = nn.functional.mse_loss(outputs, targets)  # 4
        loss.backward()  # 5
        optimizer.step()  # 6
    if epoch < 3:
        print(epoch, f"{loss.item():.4f}")

print(f"{model.weight.item():.2f} {model.bias.item():.2f}")

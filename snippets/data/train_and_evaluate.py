# zh: 一个完整的训练循环：训练、评估两种模式，损失按样本平均。
# en: A whole training loop: training and evaluation mode, losses averaged by sample.
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


def train_epoch(model, loader, loss_function, optimizer, device):
    model.train()
    total, seen = 0.0, 0
    for inputs, labels in loader:
        inputs, labels = inputs.to(device), labels.to(device)
        loss = loss_function(model(inputs), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(labels)
        seen += len(labels)
    return total / seen


@torch.inference_mode()
def evaluate(model, loader, loss_function, device):
    model.eval()
    total, right, seen = 0.0, 0, 0
    for inputs, labels in loader:
        inputs, labels = inputs.to(device), labels.to(device)
        outputs = model(inputs)
        total += loss_function(outputs, labels).item() * len(labels)
        right += (outputs.argmax(dim=1) == labels).sum().item()
        seen += len(labels)
    return total / seen, right / seen


torch.manual_seed(0)
# zh: 类别是 x0 > x1 与否，一条直线就能分开。
# en: The class is whether x0 > x1: a line can tell.
x = torch.rand(200, 2)
y = (x[:, 0] > x[:, 1]).long()
train = DataLoader(TensorDataset(x[:150], y[:150]), batch_size=32, shuffle=True)
test = DataLoader(TensorDataset(x[150:], y[150:]), batch_size=32)

device = "cuda" if torch.cuda.is_available() else "cpu"
model = nn.Linear(2, 2).to(device)
optimizer = torch.optim.AdamW(model.parameters(), lr=0.1)
loss_function = nn.CrossEntropyLoss()

before = evaluate(model, test, loss_function, device)
losses = [
    train_epoch(model, train, loss_function, optimizer, device) for _ in range(40)
]
after = evaluate(model, test, loss_function, device)
print(f"before: loss {before[0]:.2f}, accuracy {before[1]:.2f}")
print(f"training: loss {losses[0]:.2f} to {losses[-1]:.2f}")
print(f"after: loss {after[0]:.2f}, accuracy {after[1]:.2f}")

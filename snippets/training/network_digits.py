# zh: 完整训练一个网络：真实的手写数字，训练集和验证集分开，报告验证准确率。
# en: A network trained whole: real digits, a validation set apart, and its accuracy.
import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import DataLoader, TensorDataset, random_split

torch.manual_seed(0)
digits = load_digits()
x = torch.tensor(digits.data, dtype=torch.float32) / 16
y = torch.tensor(digits.target)
train, validation = random_split(TensorDataset(x, y), [1500, 297])
train_loader = DataLoader(train, batch_size=64, shuffle=True)
validation_loader = DataLoader(validation, batch_size=len(validation))

model = nn.Sequential(nn.Linear(64, 128), nn.ReLU(), nn.Linear(128, 10))
print(model)
optimizer = torch.optim.AdamW(model.parameters(), lr=0.01)


def accuracy():
    model.eval()
    with torch.inference_mode():
        images, labels = next(iter(validation_loader))
        return (model(images).argmax(dim=1) == labels).float().mean().item()


print(f"{accuracy():.2f}")
for _ in range(20):
    model.train()
    for images, labels in train_loader:
        loss = nn.functional.cross_entropy(model(images), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
print(f"{accuracy():.2f}")

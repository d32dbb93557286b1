# zh: 全章连起来：裁剪、调度、早停、恢复最好的权重。
# en: The chapter in one go: clipping, a schedule, early stopping, the best restored.
import copy

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.nn.functional import cross_entropy
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
digits = load_digits()
order = torch.randperm(len(digits.data))
x = torch.tensor(digits.data, dtype=torch.float32)[order] / 16
y = torch.tensor(digits.target)[order]
parts = {"train": slice(0, 1200), "validation": slice(1200, 1500)}
parts["test"] = slice(1500, None)
train = TensorDataset(x[parts["train"]], y[parts["train"]])
loader = DataLoader(train, batch_size=64, shuffle=True)

model = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10))
optimizer = torch.optim.AdamW(model.parameters(), lr=0.01)
scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=60)


@torch.inference_mode()
def judge(part):
    model.eval()
    logits, labels = model(x[parts[part]]), y[parts[part]]
    right = (logits.argmax(dim=1) == labels).float().mean()
    return cross_entropy(logits, labels).item(), right.item()


best, waited = float("inf"), 0
for epoch in range(60):
    model.train()
    for inputs, labels in loader:
        optimizer.zero_grad()
        cross_entropy(model(inputs), labels).backward()
        nn.utils.clip_grad_norm_(
            model.parameters(), max_norm=1.0, error_if_nonfinite=True
        )
        optimizer.step()
    scheduler.step()
    loss, _ = judge("validation")
    waited += 1
    if loss < best:
        best, waited = loss, 0
        state = copy.deepcopy(model.state_dict())
    if waited == 8:
        break

model.load_state_dict(state)
print(f"{epoch + 1} epochs, lowest loss {best:.4f}", judge("validation")[0] == best)
print(f"test accuracy {judge('test')[1]:.2f}")

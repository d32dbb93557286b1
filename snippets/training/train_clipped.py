# zh: 裁剪放在 backward 和 step 之间；优化器从外面传进来。
# en: Clipping stands between backward and step; the optimizer comes from outside.
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


def train_epoch(model, loader, optimizer, max_norm):
    norms = []
    for inputs, targets in loader:
        loss = nn.functional.mse_loss(model(inputs), targets)
        optimizer.zero_grad()
        loss.backward()
        norm = nn.utils.clip_grad_norm_(
            model.parameters(), max_norm, error_if_nonfinite=True
        )
        optimizer.step()
        norms.append(norm.item())
    return norms


torch.manual_seed(0)
x = torch.linspace(-1, 1, 64)[:, None]
loader = DataLoader(TensorDataset(x, 50 * x), batch_size=16, shuffle=True)
model = nn.Linear(1, 1)
optimizer = torch.optim.AdamW(model.parameters(), lr=1.0)

for epoch in range(60):
    norms = train_epoch(model, loader, optimizer, max_norm=1.0)
    if epoch in (0, 59):
        print(epoch, sum(norm > 1 for norm in norms), "of", len(norms), "clipped")

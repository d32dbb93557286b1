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
loader = DataLoader(TensorDataset(x, 6 * x), batch_size=16, shuffle=True)
model = nn.Linear(1, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.5)

# zh: 裁剪之前的范数：大于 1 的那几步被裁剪过。
# en: The norms before clipping: the steps above 1 were clipped.
for epoch in range(4):
    norms = train_epoch(model, loader, optimizer, max_norm=1.0)
    print(epoch, [round(norm, 1) for norm in norms])

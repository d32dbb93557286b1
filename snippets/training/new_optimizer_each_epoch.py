# zh: 每轮新建优化器，Adam 的状态就每轮从零开始。
# en: An optimizer made anew each epoch starts Adam's state from nothing each time.
import torch

w = torch.tensor([4.0], requires_grad=True)
kept = torch.optim.Adam([w], lr=0.1)
for _ in range(3):
    fresh = torch.optim.Adam([w], lr=0.1)
    for optimizer in (kept, fresh):
        optimizer.zero_grad()
        (w**2).sum().backward()
        optimizer.step()
    print(kept.state[w]["step"].item(), fresh.state[w]["step"].item())

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
# zh: 攒下的梯度平均，新建的那个每轮都从零攒起。
# en: The average of gradients so far; the fresh one gathers it from nothing.
for optimizer in (kept, fresh):
    print(f"{optimizer.state[w]['exp_avg'].item():.2f}")

# zh: 梯度里有 inf，这一步就跳过，缩放因子减半；一直没有，过一阵再加倍。
# en: An inf in the gradients skips the step and halves the scale; later it grows.
import torch

weight = torch.tensor([1.0], requires_grad=True)
optimizer = torch.optim.SGD([weight], lr=0.5)
scaler = torch.amp.GradScaler("cpu", init_scale=1024.0, growth_interval=2)

for factor in (1.0, float("inf"), 1.0, 1.0):
    optimizer.zero_grad()
    scaler.scale((factor * weight).sum()).backward()
    scaler.step(optimizer)
    scaler.update()
    print(factor, weight.item(), scaler.get_scale())

# zh: 优化器做的就是手工那几行：带动量的 SGD，逐步相等。
# en: An optimizer does what the lines by hand do: SGD with momentum, step by step.
import torch

by_hand = torch.tensor([4.0, -2.0], requires_grad=True)
weights = torch.tensor([4.0, -2.0], requires_grad=True)
optimizer = torch.optim.SGD([weights], lr=0.1, momentum=0.9)

velocity = torch.zeros(2)
for _ in range(3):
    (weights**2).sum().backward()
    optimizer.step()
    optimizer.zero_grad()

    (by_hand**2).sum().backward()
    with torch.no_grad():
        velocity = 0.9 * velocity + by_hand.grad
        by_hand -= 0.1 * velocity
        by_hand.grad = None
    for values in (weights, by_hand):
        print([round(value, 3) for value in values.tolist()])

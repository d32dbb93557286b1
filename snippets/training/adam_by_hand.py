# zh: Adam 的头三步，按论文的公式手工算，与 torch.optim.Adam 相等。
# en: Adam's first three steps by the paper's formula, equal to torch.optim.Adam.
import torch

rate, beta1, beta2, epsilon = 0.1, 0.9, 0.999, 1e-8
weights = torch.tensor([4.0, -2.0], requires_grad=True)
optimizer = torch.optim.Adam([weights], lr=rate)

w = weights.detach().clone()
m, v = torch.zeros(2), torch.zeros(2)
for step in (1, 2, 3):
    optimizer.zero_grad()
    (weights**2).sum().backward()
    optimizer.step()

    g = 2 * w
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat, v_hat = m / (1 - beta1**step), v / (1 - beta2**step)
    w = w - rate * m_hat / (v_hat.sqrt() + epsilon)
    for values in (weights, w):
        print([round(value, 2) for value in values.tolist()])

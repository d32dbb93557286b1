# zh: 不清零，新梯度就加到旧梯度上：6、12、18。
# en: Without zeroing, each new gradient is added to the old ones: 6, 12, 18.
import torch

w = torch.tensor(3.0, requires_grad=True)
for _ in range(3):
    (w**2).backward()
    print(w.grad)

w.grad = None
(w**2).backward()
print(w.grad)

# zh: 不清零，新梯度就加到旧梯度上：2、4、6。
# en: Without zeroing, each new gradient is added to the old ones: 2, 4, 6.
import torch

w = torch.tensor(1.0, requires_grad=True)
for _ in range(3):
    (2 * w).backward()
    print(w.grad)

w.grad = None
(2 * w).backward()
print(w.grad)

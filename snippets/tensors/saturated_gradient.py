# zh: 饱和处的梯度是 0：这个输入学不动了。
# en: Where a unit is saturated its gradient is 0, so nothing is learned there.
import torch

for function in (torch.tanh, torch.sigmoid, torch.relu):
    x = torch.tensor([-200.0, 0.5, 200.0], requires_grad=True)
    function(x).sum().backward()
    print(function.__name__, x.grad)

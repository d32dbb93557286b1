# zh: 不要写 sigmoid(x).log()：用 F.logsigmoid(x)。
# en: Never write sigmoid(x).log(): use F.logsigmoid(x).
import torch
import torch.nn.functional as F

x = torch.tensor([-200.0, 0.0], requires_grad=True)

# zh: sigmoid(-200) 在 float32 里是 0，log(0) 是 -inf，梯度是 nan。
# en: sigmoid(-200) is 0 in float32, log(0) is -inf, and the gradient is nan.
wrong = torch.sigmoid(x).log()
wrong.sum().backward()
print(wrong.detach(), x.grad)

x.grad = None
right = F.logsigmoid(x)
right.sum().backward()
print(right.detach(), x.grad)

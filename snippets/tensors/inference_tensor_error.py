# raises: RuntimeError
# zh: no_grad 的结果以后还能参与求导，inference_mode 的不能。
# en: A result of no_grad can join a gradient later; one of inference_mode cannot.
import torch

w = torch.tensor(3.0, requires_grad=True)
x = torch.tensor(2.0)

with torch.no_grad():
    a = x * 5
loss = w * a
loss.backward()
print(loss.item(), w.grad)

with torch.inference_mode():
    b = x * 5
w * b

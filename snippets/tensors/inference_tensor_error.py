# raises: RuntimeError
# zh: no_grad 的结果以后还能参与求导，inference_mode 的不能。
# en: A result of no_grad can join a gradient later; one of inference_mode cannot.
import torch

w = torch.tensor(3.0, requires_grad=True)
x = torch.tensor(2.0)

for mode in (torch.no_grad, torch.inference_mode):
    with mode():
        a = x * 5
    loss = w * a
    loss.backward()
    print(mode.__name__, loss.item(), w.grad)

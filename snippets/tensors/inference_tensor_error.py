# raises: RuntimeError
# zh: inference_mode 里的结果以后不能再参与求导；no_grad 的结果可以。
# en: A result of inference_mode can never enter a graph again; one of no_grad can.
import torch

w = torch.tensor(3.0, requires_grad=True)

with torch.no_grad():
    a = torch.tensor(2.0) * 5
(w * a).backward()
print(w.grad)

with torch.inference_mode():
    b = torch.tensor(2.0) * 5
w * b

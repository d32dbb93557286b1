# raises: RuntimeError
# zh: 还连着计算图的张量不能直接转成 NumPy 数组。
# en: A tensor that is part of a graph cannot become a NumPy array as it is.
import torch

w = torch.tensor([1.0, 2.0], requires_grad=True)
print(w.detach().numpy())
w.numpy()

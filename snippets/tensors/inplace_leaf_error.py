# raises: RuntimeError
# zh: 要求梯度的叶子张量不能原地改。
# en: A leaf that requires grad cannot be changed in place.
import torch

w = torch.tensor([1.0, 2.0], requires_grad=True)
print(w, w.is_leaf)
w.zero_()

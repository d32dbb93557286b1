# zh: 写成 w = w - …，w 就成了另一个张量，不再是叶子，梯度也没了。
# en: With w = w - ..., w is another tensor: no leaf any more, and without a gradient.
import torch

w = torch.tensor(1.0, requires_grad=True)
(w * 3).backward()
print(w.is_leaf, w.grad)

w = w - 0.1 * w.grad
print(f"{w.item():.1f}", w.is_leaf, w.grad_fn.name())

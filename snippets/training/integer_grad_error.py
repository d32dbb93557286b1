# raises: RuntimeError
# zh: 整数张量不能求梯度：写成 1.0，或者先转成浮点数。
# en: Integer tensors have no gradient: write 1.0, or convert first.
import torch

torch.tensor([1, 2], requires_grad=True)

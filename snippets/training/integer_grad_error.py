# raises: RuntimeError
# zh: 整数张量不能求梯度：写成 1.0，或者先转成浮点数。
# en: Integer tensors have no gradient: write 1.0, or convert first.
import torch

numbers = [1, 2]
print(torch.tensor(numbers, dtype=torch.float32, requires_grad=True))
torch.tensor(numbers, requires_grad=True)

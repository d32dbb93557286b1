# raises: RuntimeError
# zh: 转置以后内存不连续，view 合不回去。
# en: After the transpose nothing is contiguous, and view cannot merge the heads.
import torch

# zh: （批，头，词元，每头维数），刚算出来的新张量。
# en: (batch, heads, tokens, size of a head), a tensor fresh from a computation.
output = torch.zeros(1, 2, 3, 2)
swapped = output.transpose(1, 2)
print(swapped.shape, swapped.is_contiguous())
shape = (1, 3, 4)
print(swapped.reshape(shape).shape)
swapped.view(shape)

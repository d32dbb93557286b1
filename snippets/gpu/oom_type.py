# zh: 显存不够是 torch.OutOfMemoryError；主机内存不够只是 RuntimeError，分得开。
# en: Short of GPU memory is torch.OutOfMemoryError, of host memory a RuntimeError.
import torch

print(torch.cuda.OutOfMemoryError is torch.OutOfMemoryError)
print(issubclass(torch.OutOfMemoryError, RuntimeError))
try:
    torch.empty(2**60)
except RuntimeError as error:
    print(isinstance(error, torch.OutOfMemoryError))

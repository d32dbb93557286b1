# needs: cuda
# raises: TypeError
# zh: NumPy 只认主机内存：先 .cpu()。
# en: NumPy knows host memory alone: call .cpu() first.
import torch

x = torch.ones(3, device="cuda")
print(x.cpu().numpy())
x.numpy()

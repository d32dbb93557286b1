# raises: TypeError
# zh: NumPy 没有 bfloat16：先 .float()。
# en: NumPy has no bfloat16: call .float() first.
import torch

with torch.autocast("cpu", dtype=torch.bfloat16):
    y = torch.ones(1, 2) @ torch.ones(2, 1)
print(y.float().numpy())
y.numpy()

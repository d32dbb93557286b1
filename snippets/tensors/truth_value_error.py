# raises: RuntimeError
# zh: if 只能判断一个值：先用 all() 或 any() 说清楚。
# en: if takes one value: say all() or any() first.
import torch

x = torch.tensor([1.0, -2.0])
print((x > 0).all().item(), (x > 0).any().item())
if x > 0:
    print(x)

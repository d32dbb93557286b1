# raises: RuntimeError
# zh: if 只能判断一个值：先用 all() 或 any() 说清楚。
# en: if takes one value: say all() or any() first.
import torch

x = torch.tensor([1.0, -2.0])
positive = x > 0
for condition in (positive.any(), positive.all(), positive):
    print(condition)
    if condition:
        print("yes")

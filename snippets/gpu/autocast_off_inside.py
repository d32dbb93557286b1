# zh: 个别运算要 float32：在里面关掉，输入也要自己转。
# en: For an operation that needs float32 switch it off inside, and convert the input.
import torch

a = torch.full((1, 2), 256.0)
b = torch.ones(2, 1)
b[1] = 1 / 256

with torch.autocast("cpu", dtype=torch.bfloat16):
    print(a @ b, (a @ b).dtype)
    with torch.autocast("cpu", enabled=False):
        exact = a.float() @ b.float()
        print(exact, exact.dtype)

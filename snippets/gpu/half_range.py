# zh: float16 范围小，bfloat16 位数少：一个会溢出、归零，一个会舍入。
# en: float16 is short of range, bfloat16 of digits: one overflows, one rounds.
import torch

for dtype in (torch.float16, torch.bfloat16, torch.float32):
    info = torch.finfo(dtype)
    print(f"{dtype}: max {info.max:.3g}, tiny {info.tiny:.1g}, eps {info.eps:.1g}")

# zh: 70000 太大，1e-8 太小，256 + 1 位数太多。
# en: 70000 is too large, 1e-8 too small, 256 + 1 has too many digits.
for dtype in (torch.float16, torch.bfloat16):
    large, small = (
        torch.tensor(70000.0, dtype=dtype),
        torch.tensor(1e-8, dtype=dtype),
    )
    one_more = torch.tensor(256.0, dtype=dtype) + 1
    print(f"{large:.0f} {small:.0e} {one_more:.0f}")

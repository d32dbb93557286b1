# zh: 用“大于 10”找不到 NaN：要用 isfinite。
# en: A test for more than 10 does not find NaN: use isfinite.
import torch

for norm in (torch.tensor(10.5), torch.tensor(torch.inf), torch.tensor(torch.nan)):
    print(norm.item(), (norm > 10).item(), torch.isfinite(norm).item())

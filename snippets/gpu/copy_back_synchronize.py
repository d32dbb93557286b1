# needs: cuda
# zh: 用 non_blocking 从显卡搬回主机：读之前必须同步。
# en: Copied back to the host with non_blocking: synchronize before you read it.
import torch

x = torch.arange(4, device="cuda")
host = torch.empty(4, dtype=x.dtype, pin_memory=True)
host.copy_(x, non_blocking=True)
torch.cuda.synchronize()
print(host)

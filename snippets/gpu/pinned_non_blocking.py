# needs: cuda
# zh: 锁了页再 non_blocking 搬到显卡：后面的运算会等它到齐，不用自己同步。
# en: Pinned, then copied with non_blocking: later work waits for it by itself.
import torch
from torch.utils.data import DataLoader, TensorDataset

plain = torch.ones(1024, 1024)
pinned = plain.pin_memory()
print(plain.is_pinned(), pinned.is_pinned())

on_gpu = pinned.to("cuda", non_blocking=True)
print(on_gpu.sum().item() == plain.numel())

# zh: 加载器把每一批锁页；批还在主机上，要自己搬。
# en: The loader pins each batch; it is still on the host, and yours to move.
loader = DataLoader(TensorDataset(plain), batch_size=512, pin_memory=True)
for (batch,) in loader:
    print(
        batch.device, batch.is_pinned(), batch.to("cuda", non_blocking=True).device
    )

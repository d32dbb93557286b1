# zh: 每个调用加不加维、共不共享内存，一张表看全。
# en: Which calls add a dim and which share memory, in one table.
import torch

x = torch.arange(6).view(1, 2, 3)
moved = x.permute(2, 0, 1)
results = {
    "cat": torch.cat([x, x]),
    "stack": torch.stack([x, x]),
    "unsqueeze": x.unsqueeze(2),
    "squeeze": x.squeeze(0),
    "view": x.view(1, 6, 1),
    "reshape": x.reshape(1, 6, 1),
    "permute": moved,
    "permute+reshape": moved.reshape(1, 6, 1),
    "expand": x.expand(4, 2, 3),
    "matmul": x @ x.mT,
    "contiguous": x.contiguous(),
    "permute+contiguous": moved.contiguous(),
    "detach": x.detach(),
    "clone": x.clone(),
    "add": x.add(x),
    "add_": x.add_(x),
}
memory = x.untyped_storage().data_ptr()
for name, y in results.items():
    dims = y.dim() - x.dim()
    shares = y.untyped_storage().data_ptr() == memory
    print(f"{name:19} {dims:+d} {tuple(y.shape)!s:13} shares={shares}")

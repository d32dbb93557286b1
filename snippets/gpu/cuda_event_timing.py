# needs: cuda
# zh: 调用返回时显卡还在算：用事件在显卡上计时，读之前等它。
# en: When the calls return the GPU still works: record events, and wait for them.
import time

import torch

x = torch.rand(8192, 8192, device="cuda")
y = torch.empty_like(x)
# zh: 热身：第一次调用还要加载库。
# en: Warm up: the first call also loads libraries.
torch.mm(x, x, out=y)
torch.cuda.synchronize()

start = torch.cuda.Event(enable_timing=True)
end = torch.cuda.Event(enable_timing=True)
began = time.perf_counter()
start.record()
for _ in range(20):
    torch.mm(x, x, out=y)
end.record()
returned = (time.perf_counter() - began) * 1000
print("done when the calls returned:", end.query())

end.synchronize()
# zh: 单位是毫秒。
# en: In milliseconds.
took = start.elapsed_time(end)
print("the host's clock, unsynchronized, shows less:", returned < took)

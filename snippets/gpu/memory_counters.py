# needs: cuda
# zh: allocated 是张量此刻占的，max 是峰值，reserved 还含缓存着没用的。
# en: allocated is what tensors take now, max the peak; reserved includes the cache.
import torch

MIB = 2**20
before = torch.cuda.memory_allocated()
x = torch.ones(4 * MIB, device="cuda")
print((torch.cuda.memory_allocated() - before) // MIB)

# zh: 中间结果 x * 2 又要 16 MiB，算完就还了。
# en: The intermediate x * 2 takes 16 MiB more, and gives them back.
torch.cuda.reset_peak_memory_stats()
total = (x * 2).sum()
print((torch.cuda.max_memory_allocated() - before) // MIB >= 32)
print((torch.cuda.memory_allocated() - before) // MIB)

del x, total
print(torch.cuda.memory_allocated() == before)
print(torch.cuda.memory_reserved() // MIB >= 32)

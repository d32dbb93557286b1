# needs: cuda
# zh: empty_cache 只还没人用的；还有名字指着，一个字节也放不掉。
# en: empty_cache returns what nobody uses; while a name refers to it, not one byte.
import torch

MIB = 2**20
before = torch.cuda.memory_allocated()
x = torch.ones(16 * MIB, device="cuda")
row = x.view(4, -1)[0]
del x
torch.cuda.empty_cache()
# zh: 视图只看四分之一，留住的是全部 64 MiB。
# en: The view shows a quarter; it keeps all 64 MiB.
print((torch.cuda.memory_allocated() - before) // MIB)

del row
print(torch.cuda.memory_allocated() == before)
print(torch.cuda.memory_reserved() // MIB >= 64)
torch.cuda.empty_cache()
print(torch.cuda.memory_reserved() // MIB < 64)

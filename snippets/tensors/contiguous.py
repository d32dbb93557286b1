# draw: x -> in_t
# draw: x -> in_c
# figure.zh: t 的内存还是 x 的顺序：三行颜色依次排开，0 到 11。
# figure.en: The memory of t is still in the order of x: its three rows one after the other, 0 to 11.
# figure.zh: c 的内存是新排的：0、4、8、1、5、9……三行的数轮流出现。
# figure.en: The memory of c is newly arranged: 0, 4, 8, 1, 5, 9 …; the three rows take turns.
# zh: contiguous() 分配新内存，按现在的顺序复制一份。
# en: contiguous() allocates memory and copies the numbers in their present order.
import torch

x = torch.arange(12).view(3, 4)
t = x.permute(1, 0)
c = t.contiguous()

# zh: 用 as_strided 按内存顺序读出来。
# en: as_strided reads them in the order of memory.
in_t = t.as_strided((12,), (1,))
in_c = c.as_strided((12,), (1,))
print(in_t.tolist())
print(in_c.tolist())

# zh: t 和 x 共用 96 字节，c 另占 96 字节。
# en: t and x share 96 bytes, c takes another 96.
print(t.data_ptr() == x.data_ptr(), t.untyped_storage().nbytes())
print(c.data_ptr() == x.data_ptr(), c.untyped_storage().nbytes())
# zh: 已经连续的张量原样返回，不复制。
# en: A tensor that is contiguous already is returned as it is.
print(x.contiguous().data_ptr() == x.data_ptr())

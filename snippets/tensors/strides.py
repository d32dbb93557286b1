# draw: x -> t
# figure.zh: 3×4 的 x 转置成 4×3 的 t：x 的每一行变成 t 的一列。
# figure.en: The 3×4 x becomes the 4×3 t: each row of x is a column of t.
# zh: permute 只换步长，不动内存，结果不再连续。
# en: permute swaps strides and leaves memory alone; the result is not contiguous.
import torch

x = torch.arange(12).view(3, 4)
t = x.permute(1, 0)

# zh: 步长：下标加 1，要在内存里走几个数。
# en: Stride: how many numbers to walk in memory when an index grows by 1.
print(x.shape, x.stride(), x.is_contiguous())
print(t.shape, t.stride(), t.is_contiguous())
print(t.data_ptr() == x.data_ptr())

# draw: z -> a, b
# figure.zh: 长度为 5 的张量分成前三个数和后两个数。
# figure.en: A tensor of length 5 is split into its first three numbers and its last two.
# zh: split 按长度切开，是 cat 的逆操作；unbind 拆掉一维，是 stack 的逆操作。
# en: split cuts by lengths and undoes cat; unbind removes a dim and undoes stack.
import torch

z = torch.tensor([1, 2, 3, 4, 5])
a, b = torch.split(z, [3, 2])
print(torch.equal(torch.cat([a, b]), z))
# zh: 切开的两段是视图，没有复制。
# en: The two parts are views: nothing was copied.
print(a.data_ptr() == z.data_ptr())
print(b.data_ptr() == z[3:].data_ptr())

pair = torch.stack([a, a * 10])
print(torch.unbind(pair))

# zh: chunk 给份数，不给长度；除不尽时，最后一份小一些。
# en: chunk takes a count, not lengths; the last chunk may be smaller.
print([len(part) for part in torch.chunk(torch.arange(10), 4)])

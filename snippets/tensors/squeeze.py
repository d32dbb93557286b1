# draw: x -> y
# figure.zh: x 是一片、三行一列；y 是这三个数组成的一维张量。
# figure.en: x is one sheet of three rows and one column; y is the same three numbers in one dimension.
# zh: squeeze 去掉大小为 1 的维度：不指明就全部去掉。
# en: squeeze drops dimensions of size 1: all of them, unless you name some.
import torch

x = torch.tensor([[[1], [2], [3]]])
y = x.squeeze()
print(x.shape, y.shape)
print(x.squeeze(0).shape, x.squeeze((0, 2)).shape)

# zh: 那一维的大小不是 1，就什么也不做，也不报错。
# en: If that dimension is not of size 1, nothing happens, and nothing is raised.
print(x.squeeze(1).shape)

# zh: 结果是视图，和原张量共享内存。
# en: The result is a view: it shares the original's memory.
print(y.data_ptr() == x.data_ptr())

# draw: x -> y
# figure.zh: x 有两片，每片三行四列；y 有四片，每片两行三列：x 最后一维的每个下标成了 y 的一片。
# figure.en: x has two sheets of three rows and four columns; y has four sheets of two rows and three columns: each index of x's last dim is now a sheet.
# zh: permute 重排维度：第 i 个数说的是，结果的第 i 维取自原来的哪一维。
# en: permute reorders dimensions: its i-th number is the old dim that becomes dim i.
import torch

x = torch.arange(24).reshape(2, 3, 4)
y = x.permute(2, 0, 1)
print(y.shape)

# zh: 内容没动，动的是步长：同一个数换了下标。
# en: No data moved, the strides did: the same number has another index.
print(x[1, 2, 3] == y[3, 1, 2])
print(x.stride(), y.stride(), x.data_ptr() == y.data_ptr())

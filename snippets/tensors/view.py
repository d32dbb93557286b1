# draw: x -> y
# figure.zh: 两行六列的数按顺序重排成三行四列：0 到 11 依次排开，一个也没有换位置。
# figure.en: Two rows of six become three rows of four: 0 to 11 in the same order, none changes places with another.
# zh: view 换一种形状看同一段内存，元素的顺序不变。
# en: view looks at the same memory in another shape; the order of the elements stays.
import torch

x = torch.arange(12).reshape(2, 6)
y = x.view(3, 4)
print(y)

# zh: 没有复制：两个名字，一段内存，写 y 就是写 x。
# en: No copy: two names, one piece of memory; writing to y writes to x.
print(x.data_ptr() == y.data_ptr())

# zh: -1 表示“算出来”，最多写一个。
# en: -1 means "work it out"; there can be one.
print(x.view(-1, 2).shape, x.view(-1).shape)

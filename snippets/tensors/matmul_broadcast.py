# zh: 矩阵是最后两维；前面的维度是批，按广播规则对齐。
# en: Matrices are the last two dimensions; the ones before are batch, and broadcast.
import torch

a = torch.ones(2, 1, 3, 4)
b = torch.ones(7, 4, 5)
print((a @ b).shape)

# zh: 一个权重矩阵乘一整批：不用写循环，也不用复制权重。
# en: One weight matrix times a whole batch: no loop, no copies of the weight.
batch = torch.ones(10, 3, 4)
weight = torch.ones(4, 5)
print((batch @ weight).shape)

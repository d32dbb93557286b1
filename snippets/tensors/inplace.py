# draw: before -> x
# figure.zh: 原来的 x，和加 1 再乘 2 之后的 x：每个格子都是 (原值 + 1) × 2。
# figure.en: x as it was, and x after adding 1 and doubling: each cell is (old + 1) × 2.
# zh: 名字以下划线结尾的方法写回原来的内存。
# en: Methods whose names end in an underscore write into the same memory.
import torch

x = torch.tensor([[1, 2, 3], [4, 5, 6]])
before = x.clone()
address = x.data_ptr()

x.add_(1)
x.mul_(2)
print(x)
print(x.data_ptr() == address)

# zh: a += 1 也是原地，b 跟着变；a = a + 1 是新张量，b 不变。
# en: a += 1 is in place too, and b follows; a = a + 1 is a new tensor, and b stays.
a = b = torch.tensor([10, 20])
a += 1
print(b)
a = a + 1
print(a, b)

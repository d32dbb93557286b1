# draw: heads -> tokens
# figure.zh: 两个头各 3 行拼回 3 个词元：每个词元的前两列来自头 0，后两列来自头 1。
# figure.en: Two heads of 3 rows become 3 tokens again: the first two columns of each come from head 0, the last two from head 1.
# zh: 合并多头：先把头的维度换回去，再 reshape。
# en: Merge the heads: move the head dim back first, then reshape.
import torch

x = torch.tensor([[[1, 2, 3, 4], [11, 12, 13, 14], [21, 22, 23, 24]]])
split = x.view(1, 3, 2, 2).transpose(1, 2)

merged = split.transpose(1, 2).reshape(1, 3, 4)
print(torch.equal(merged, x))

heads, tokens = split[0], merged[0]
print(tokens)

# draw: tokens -> heads
# draw: tokens -> naive
# figure.zh: 正确：tokens 的每一行是一个词元；两个头各有 3 行，每个头都含全部 3 个词元，头 0 拿前两列，头 1 拿后两列。
# figure.en: Right: each row of tokens is one token; both heads have 3 rows, all 3 tokens each; head 0 takes the first two columns, head 1 the last two.
# figure.zh: 错误：形状相同，但头 0 的三行是词元 0 的前后两半和词元 1 的前一半，词元 2 全落到了头 1。
# figure.en: Wrong: same shape, but the rows of head 0 are both halves of token 0 and the first half of token 1, and all of token 2 went to head 1.
# zh: 拆成多头：先 view 出头的维度，再把它换到前面；一步 view 到位形状对、数据错。
# en: Split into heads: view the head dim out, then move it forward;
# en: a single view has the right shape and the wrong data.
import torch

# zh: 批大小 1，3 个词元，特征维 4，拆成 2 个头，每头 2 维。
# en: Batch size 1, 3 tokens, 4 features, split into 2 heads of 2.
x = torch.tensor([[[1, 2, 3, 4], [11, 12, 13, 14], [21, 22, 23, 24]]])

right = x.view(1, 3, 2, 2).permute(0, 2, 1, 3)
wrong = x.view(1, 2, 3, 2)
print(right.shape, right.shape == wrong.shape)

tokens, heads, naive = x[0], right[0], wrong[0]
print(heads)
print(naive)

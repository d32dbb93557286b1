# zh: 完整的多头注意力：投影 Q、K、V，拆头，缩放点积，合并，输出投影。
# en: Multi-head attention in full: project Q, K, V, split, attend, merge, project.
import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(0)
batch, tokens, heads, size = 2, 5, 4, 8
width = heads * size
x = torch.randn(batch, tokens, width)

project = nn.Linear(width, 3 * width)
out = nn.Linear(width, width)


def split(t):
    return t.view(batch, tokens, heads, size).transpose(1, 2)


q, k, v = (split(t) for t in project(x).chunk(3, dim=-1))
print(q.shape)

# zh: 手写：每个词元对所有词元打分，softmax 成权重，再对 V 加权求和。
# en: By hand: each token scores all tokens, softmax makes weights, which average V.
scores = q @ k.mT / size**0.5
by_hand = scores.softmax(dim=-1) @ v
print(scores.shape)

built_in = F.scaled_dot_product_attention(q, k, v)
print((built_in - by_hand).abs().max().item() < 1e-5)

merged = built_in.transpose(1, 2).reshape(batch, tokens, width)
print(out(merged).shape)

# draw: x -> permuted, viewed
# figure.zh: 同一个 2×3 张量：permuted 的每一行是 x 的一列，viewed 则按原来的顺序每两个数一行。
# figure.en: The same 2×3 tensor: each row of permuted is a column of x, and viewed puts the numbers two to a row, in their old order.
# zh: 形状相同，内容不同：permute 换维度，view 换分行。
# en: Same shape, other content: permute swaps dimensions, view breaks rows elsewhere.
import torch

x = torch.tensor([[0, 1, 2], [3, 4, 5]])
permuted = x.permute(1, 0)
viewed = x.view(3, 2)

print(permuted.shape == viewed.shape, torch.equal(permuted, viewed))
print(permuted.tolist())
print(viewed.tolist())

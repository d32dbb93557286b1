# zh: is_causal=True：每个词元只看自己和之前的词元。
# en: is_causal=True: each token sees itself and the tokens before it.
import torch
import torch.nn.functional as F

# zh: Q 和 K 全是 0，分数全相等，输出就是能看到的 V 的平均。
# en: With Q and K all 0 every score is equal: the output is the mean of the V seen.
q = k = torch.zeros(1, 4, 2)
v = torch.tensor([[[0.0], [60.0], [120.0], [180.0]]])

every = F.scaled_dot_product_attention(q, k, v)
causal = F.scaled_dot_product_attention(q, k, v, is_causal=True)
print(every.flatten().round())
print(causal.flatten().round())

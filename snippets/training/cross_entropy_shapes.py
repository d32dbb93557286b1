# zh: 类别在第 1 维；标签少了这一维，是 int64；ignore_index 的位置不算。
# en: Classes are dim 1; labels lack that dim and are int64; ignore_index is left out.
import torch
import torch.nn.functional as F

print(F.cross_entropy(torch.zeros(4, 3), torch.tensor([0, 1, 2, 0])).shape)
# zh: 逐像素分类：（批，类别，高，宽）对（批，高，宽）。
# en: A class per pixel: (batch, classes, height, width) and (batch, height, width).
logits = torch.zeros(2, 3, 4, 4)
labels = torch.zeros(2, 4, 4, dtype=torch.int64)
print(F.cross_entropy(logits, labels, reduction="none").shape)

logits = torch.tensor([[0.0, 5.0], [0.0, 5.0]])
labels = torch.tensor([1, -100])
print(F.cross_entropy(logits, labels))
print(F.cross_entropy(logits[:1], labels[:1]))

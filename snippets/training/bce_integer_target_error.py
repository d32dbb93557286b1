# raises: RuntimeError
# zh: 二元交叉熵的标签要浮点数：它可以是 0 与 1 之间的软标签。
# en: Binary cross-entropy takes floating-point labels, for they may be soft.
import torch
import torch.nn.functional as F

logits, labels = torch.tensor([2.0, -1.0]), torch.tensor([1, 0])
print(F.binary_cross_entropy_with_logits(logits, labels.float()))
F.binary_cross_entropy_with_logits(logits, labels)

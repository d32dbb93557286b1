# raises: RuntimeError
# zh: 二元交叉熵的标签要浮点数：它可以是 0 与 1 之间的软标签。
# en: Binary cross-entropy takes floating-point labels, for they may be soft.
import torch
import torch.nn.functional as F

F.binary_cross_entropy_with_logits(torch.zeros(2), torch.tensor([1, 0]))

# zh: 按论文写 focal loss：alpha 随正负样本而变，结果与 torchvision 的一致。
# en: Focal loss as in the paper: alpha depends on the class; equal to torchvision's.
import torch
import torch.nn.functional as F
from torchvision.ops import sigmoid_focal_loss


def focal_loss(logits, targets, alpha, gamma=2.0):
    loss = F.binary_cross_entropy_with_logits(logits, targets, reduction="none")
    p_t = torch.exp(-loss)
    alpha_t = alpha * targets + (1 - alpha) * (1 - targets)
    return (alpha_t * (1 - p_t) ** gamma * loss).mean()


logits = torch.tensor([2.0, -1.0, 0.5, -3.0])
targets = torch.tensor([1.0, 1.0, 0.0, 0.0])
for alpha in (0.25, 0.75):
    own = focal_loss(logits, targets, alpha)
    theirs = sigmoid_focal_loss(logits, targets, alpha=alpha, reduction="mean")
    print(alpha, f"{own:.4f} {theirs:.4f}")

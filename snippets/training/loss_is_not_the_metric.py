# zh: 损失低的模型，准确率可以更低：评判用指标，损失只用来训练。
# en: The model of lower loss may be less accurate: judge by the metric.
import torch
import torch.nn.functional as F

labels = torch.tensor([1.0, 1.0, 1.0, 1.0])
careful = torch.tensor([0.1, 0.1, -0.1, -0.1])
bold = torch.tensor([1.0, 1.0, 1.0, -9.0])
for logits in (careful, bold):
    loss = F.binary_cross_entropy_with_logits(logits, labels)
    print(f"{loss:.3f}", ((logits > 0) == (labels > 0)).float().mean().item())

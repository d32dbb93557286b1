# zh: cross_entropy 就是 log_softmax，再取正确类别那一个的相反数，求平均。
# en: cross_entropy is log_softmax, then minus the entry of the right class, averaged.
import torch
import torch.nn.functional as F

logits = torch.tensor([[2.0, 0.0, -1.0], [0.0, 3.0, 0.0]])
labels = torch.tensor([0, 2])

right = logits.log_softmax(dim=1)[torch.arange(2), labels]
print((-right).round(decimals=3))
print(f"{-right.mean():.3f} {F.cross_entropy(logits, labels):.3f}")

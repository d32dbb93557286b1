# zh: 名字带 with_logits 的要 logits，不带的要概率；传错了不报错。
# en: With with_logits it takes logits, without it probabilities; mixed up, silence.
import torch
import torch.nn.functional as F

probability = torch.tensor([0.9, 0.1])
target = torch.tensor([1.0, 0.0])

print(f"{F.binary_cross_entropy(probability, target):.4f}")
print(f"{F.binary_cross_entropy_with_logits(probability.logit(), target):.4f}")
print(f"{F.binary_cross_entropy_with_logits(probability, target):.4f}")

# zh: cross_entropy 要 logits；把概率传进去不报错，数值却不对。
# en: cross_entropy takes logits; given probabilities, it is wrong without a word.
import torch
import torch.nn.functional as F

probabilities = torch.tensor([[0.1, 0.8, 0.1], [0.7, 0.2, 0.1]])
labels = torch.tensor([1, 0])

print(f"{F.cross_entropy(probabilities, labels):.4f}")
print(f"{F.nll_loss(probabilities.log(), labels):.4f}")
print(f"{F.cross_entropy(probabilities.log(), labels):.4f}")

# zh: 就算概率完全正确，误用时损失也降不到 0。
# en: Even perfect probabilities do not bring the misused loss to 0.
print(f"{F.cross_entropy(torch.tensor([[0.0, 1.0, 0.0]]), labels[:1]):.4f}")

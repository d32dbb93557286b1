# zh: 有放回地抽一轮，总有样本抽不到，也总有样本重复。
# en: One epoch with replacement leaves samples out and repeats others.
import torch
from torch.utils.data import WeightedRandomSampler

labels = torch.tensor([0] * 100 + [1] * 50 + [2] * 25)
weights = 1.0 / torch.bincount(labels)[labels]

generator = torch.Generator().manual_seed(0)
epoch = list(
    WeightedRandomSampler(weights, num_samples=len(labels), generator=generator)
)
print(len(epoch), "drawn,", len(set(epoch)), "of them different")

# zh: 少数类的 25 个样本平均每个抽到两次以上，多数类有一半左右抽不到。
# en: The 25 of the small class come up more than twice each on average;
# en: about half of the large class never does.
per_class = torch.bincount(labels[epoch])
print(per_class.tolist(), f"{per_class[2] / 25:.1f}")
print(len({i for i in epoch if i < 100}), "of 100")

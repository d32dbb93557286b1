# figure.zh: 柱状图：三个类别原有 100、50、25 个样本；加权采样以后，每类抽到的次数大致相等。
# figure.en: Bar chart: three classes of 100, 50 and 25 samples; drawn with weights, each comes up about as often.
# zh: 按类别数量的倒数给每个样本定权重，抽样就均衡了。
# en: Weigh each sample by one over its class's count, and the draws are balanced.
import matplotlib.pyplot as plt
import torch
from torch.utils.data import WeightedRandomSampler

labels = torch.tensor([0] * 100 + [1] * 50 + [2] * 25)
counts = torch.bincount(labels)
weights = 1.0 / counts[labels]
print(counts.tolist(), weights.shape)

generator = torch.Generator().manual_seed(0)
sampler = WeightedRandomSampler(weights, num_samples=3000, generator=generator)
draws = list(sampler)
drawn = torch.bincount(labels[draws])
print([round(n / len(draws), 1) for n in drawn.tolist()])

expected = (counts * len(draws) / len(labels)).tolist()
plt.bar([0, 1, 2], expected, width=0.4, label="shuffle")
plt.bar([0.4, 1.4, 2.4], drawn.tolist(), width=0.4, label="weighted")
plt.xticks([0.2, 1.2, 2.2], ["0", "1", "2"])
plt.legend()
plt.show()

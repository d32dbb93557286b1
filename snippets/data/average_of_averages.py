# zh: 各批平均损失再平均，最后那个小批就多算了；要按样本数加权。
# en: Averaging the batch averages overcounts the short last batch: weigh by samples.
import torch
from torch.utils.data import DataLoader

# zh: 34 个样本，前 32 个的损失是 0，最后两个是 17。
# en: 34 samples: the first 32 have a loss of 0, the last two of 17.
losses = torch.zeros(34)
losses[32:] = 17.0
loader = DataLoader(losses, batch_size=32)

of_batches = sum(batch.mean() for batch in loader) / len(loader)
of_samples = sum(batch.mean() * len(batch) for batch in loader) / len(losses)
print(of_batches, of_samples, of_samples == losses.mean())

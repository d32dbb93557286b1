# zh: 全章连起来：划分、变换、加权采样、组批、检查。
# en: The chapter in one go: split, transform, weighted sampling, batches, a check.
import torch
from sklearn.datasets import load_digits
from torch.utils.data import (
    DataLoader,
    Subset,
    TensorDataset,
    WeightedRandomSampler,
    random_split,
)

digits = load_digits()
images = torch.tensor(digits.images, dtype=torch.float32)[:, None]
labels = torch.tensor(digits.target)

parts = torch.Generator().manual_seed(0)
sizes = [1297, 250, 250]
train, validation, test = random_split(range(len(labels)), sizes, generator=parts)

# zh: 统计量只来自训练集。
# en: Statistics come from the training set alone.
seen = images[train.indices]
dataset = TensorDataset((images - seen.mean()) / seen.std(), labels)

train_labels = labels[train.indices]
weights = (1 / torch.bincount(train_labels))[train_labels]
sampler = WeightedRandomSampler(weights, num_samples=len(weights))

train_loader = DataLoader(Subset(dataset, train.indices), 64, sampler=sampler)
validation_loader = DataLoader(Subset(dataset, validation.indices), len(validation))
test_loader = DataLoader(Subset(dataset, test.indices), len(test))

normal, _ = dataset[train.indices]
per_class = torch.bincount(train_labels, weights)
print(f"mean {normal.mean().abs():.2f}, std {normal.std():.2f}")
print(f"weight of a class {per_class.min():.2f} to {per_class.max():.2f}")

for loader in (train_loader, validation_loader, test_loader):
    batches, targets = zip(*loader, strict=True)
    inputs, targets = torch.cat(batches), torch.cat(targets)
    print(len(batches), tuple(inputs.shape), inputs.isfinite().all().item())
    print(targets.unique().tolist())

# zh: 训练之前走完一整轮，断言形状、类型、标签范围和样本总数。
# en: Before training, walk one epoch and assert shapes, dtypes, labels and the count.
import torch
from torch.utils.data import DataLoader, TensorDataset


def check(loader, classes, shape):
    seen = 0
    for inputs, labels in loader:
        assert inputs.shape[1:] == shape, inputs.shape
        assert inputs.dtype == torch.float32, inputs.dtype
        assert torch.isfinite(inputs).all(), "not finite"
        assert labels.dtype == torch.int64, labels.dtype
        assert labels.min() >= 0 and labels.max() < classes, labels
        seen += len(labels)
    assert seen == len(loader.dataset), (seen, len(loader.dataset))
    return seen


images = torch.zeros(10, 1, 8, 8)
labels = torch.arange(10) % 3
loader = DataLoader(TensorDataset(images, labels), batch_size=4)
expected = {"classes": 3, "shape": (1, 8, 8)}
print(len(loader), check(loader, **expected))

# zh: 每样错一次；标签从 1 数起，是最常见的。
# en: Each mistake once; the commonest is labels that count from 1.
for wrong in (
    (images, labels + 1),
    (images, labels - 1),
    (images, labels.int()),
    (images[:, 0], labels),
    (images.double(), labels),
    (images / 0, labels),
):
    try:
        check(DataLoader(TensorDataset(*wrong), batch_size=4), **expected)
    except AssertionError as error:
        print("AssertionError", error)

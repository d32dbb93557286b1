# zh: (3, 1) 与 (3,) 会广播成九个差；自己写的损失要先断言形状。
# en: (3, 1) and (3,) broadcast to nine differences: assert shapes in your own loss.
import torch


def mse(prediction, target):
    assert prediction.shape == target.shape, (prediction.shape, target.shape)
    return ((prediction - target) ** 2).mean()


prediction = torch.tensor([[1.0], [2.0], [3.0]])
target = torch.tensor([1.0, 2.0, 5.0])

print(((prediction - target) ** 2).mean())
print(mse(prediction.squeeze(1), target))
try:
    mse(prediction, target)
except AssertionError as error:
    print(error)

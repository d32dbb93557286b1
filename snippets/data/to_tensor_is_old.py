# zh: v2.ToTensor 已弃用；ToImage 加 ToDtype 给出同样的值。
# en: v2.ToTensor is deprecated; ToImage and ToDtype give the same values.
import warnings

import torch
from torchvision.transforms import v2

image = torch.tensor([[[0], [51]], [[102], [255]]], dtype=torch.uint8).numpy()
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    old = v2.ToTensor()(image)
print([w.category.__name__ for w in caught])

new = v2.Compose([v2.ToImage(), v2.ToDtype(torch.float32, scale=True)])
print(old)
print(new(image))

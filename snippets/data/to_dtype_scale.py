# zh: scale=True 按数据类型缩放：只有整数图像会除以最大值。
# en: scale=True scales by dtype: only integer images are divided by their maximum.
import torch
from torchvision.transforms import v2

to_float = v2.ToDtype(torch.float32, scale=True)
for image in (
    torch.tensor([[[0, 51, 255]]], dtype=torch.uint8),
    torch.tensor([[[0.0, 51.0, 255.0]]]),
):
    print(image.dtype, to_float(image))

# zh: 不写 scale=True，数值原样不动。
# en: Without scale=True the numbers stay.
as_is = v2.ToDtype(torch.float32)
print(as_is(torch.tensor([[[0, 51, 255]]], dtype=torch.uint8)))

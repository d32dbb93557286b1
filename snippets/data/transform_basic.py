# zh: 图像预处理：缩放、转成 float32 并归到 [0, 1]、按通道标准化。
# en: Preprocess an image: resize, float32 in [0, 1], normalize by channel.
import torch
from torchvision.transforms import v2

transform = v2.Compose(
    [
        v2.ToImage(),
        v2.Resize(size=(4, 4)),
        v2.ToDtype(torch.float32, scale=True),
        v2.Normalize(mean=[0.5, 0.5, 0.5], std=[0.25, 0.25, 0.25]),
    ]
)

# zh: NumPy 图像是（高，宽，通道）；ToImage 换成（通道，高，宽）。
# en: A NumPy image is (height, width, channels); ToImage makes it (channels, ...).
image = torch.full((8, 6, 3), 255, dtype=torch.uint8).numpy()
result = transform(image)
print(image.shape, result.shape, result.dtype)
# 255 -> 1.0 -> (1.0 - 0.5) / 0.25 = 2.0
print(result.unique())

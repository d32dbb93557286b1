# figure.zh: 五张小图。第一张是原图：寺庙照片；其余四张经过随机裁剪、翻转和颜色抖动，取景和颜色各不相同。
# figure.en: Five small pictures. The first is the original, a temple; the other four are cropped, flipped and tinted at random, each in another way.
# zh: 同一张照片增强四次，看看模型见到的是什么。
# en: Augment one photograph four times, and see what the model sees.
import matplotlib.pyplot as plt
import torch
from sklearn.datasets import load_sample_image
from torchvision.transforms import v2

torch.manual_seed(0)
photo = v2.functional.to_image(load_sample_image("china.jpg").copy())
augment = v2.Compose(
    [
        v2.RandomResizedCrop(48, scale=(0.3, 1.0), antialias=True),
        v2.RandomHorizontalFlip(p=0.5),
        v2.ColorJitter(brightness=0.4, contrast=0.4, saturation=0.4),
    ]
)
pictures = [v2.Resize((48, 64))(photo)] + [augment(photo) for _ in range(4)]
print([tuple(picture.shape) for picture in pictures[:2]])

fig, axes = plt.subplots(1, 5, figsize=(6, 1.3))
for number, (ax, picture) in enumerate(zip(axes, pictures, strict=True)):
    ax.grid(False)
    ax.imshow(picture.permute(1, 2, 0).numpy())
    ax.set_title(number)
    ax.axis("off")
plt.show()

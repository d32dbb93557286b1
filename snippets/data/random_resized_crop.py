# zh: RandomResizedCrop 先随机取一块面积和长宽比，再缩放到给定大小。
# en: RandomResizedCrop takes a random area and ratio, then resizes to the size given.
import torch
from torchvision.transforms import v2

torch.manual_seed(0)
photo = torch.zeros(3, 300, 400)
crop = v2.RandomResizedCrop(224)
print(photo.shape, crop(photo).shape)

_, height, width = photo.shape
areas = []
for _ in range(1000):
    piece = crop.make_params([photo])
    areas.append(piece["height"] * piece["width"] / (height * width))

# zh: 默认面积在 8% 到 100% 之间；太小的块可能不含物体。
# en: By default between 8 % and 100 % of the area; a small piece may miss the object.
print(f"{len(areas)} areas: {min(areas):.2f} to {max(areas):.2f}")

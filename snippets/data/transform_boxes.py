# zh: v2 把图像、框和掩码一起变换：翻转以后，框还对得上。
# en: v2 transforms image, boxes and mask together: after a flip the box still fits.
import torch
from torchvision import tv_tensors
from torchvision.transforms import v2

image = tv_tensors.Image(torch.zeros(1, 4, 6, dtype=torch.uint8))
box = tv_tensors.BoundingBoxes([[0, 0, 2, 4]], format="XYXY", canvas_size=(4, 6))
mask = tv_tensors.Mask(torch.tensor([[[1, 1, 0, 0, 0, 0]] * 4]))

flip = v2.RandomHorizontalFlip(p=1.0)
image, box, mask = flip(image, box, mask)
print(image.shape)
print(mask.shape)
print(box.tolist())
print(mask[0, 0].tolist())

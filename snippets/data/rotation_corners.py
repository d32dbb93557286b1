# zh: 旋转以后四角补 0，也就是黑色；可以用 fill 换颜色，或者先转再裁。
# en: Rotation fills the corners with 0, black: choose fill, or rotate and then crop.
import torch
from torchvision.transforms import v2

white = torch.ones(1, 7, 7)
black = v2.functional.rotate(white, angle=30)
print(black)

filled = v2.functional.rotate(white, angle=30, fill=1.0)
print((filled == 1).all().item())

cropped = v2.functional.center_crop(black, 3)
print(cropped)

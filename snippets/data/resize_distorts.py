# zh: Resize 给两个数会拉伸变形；给一个数只定短边，比例不变。
# en: Resize to two numbers distorts; one sets the shorter side and keeps the ratio.
import torch
from torchvision.transforms import v2

photo = torch.zeros(3, 300, 400, dtype=torch.uint8)
print(v2.Resize((224, 224))(photo).shape)
shorter = v2.Resize(256)
print(shorter(photo).shape)
print(v2.Compose([shorter, v2.CenterCrop(224)])(photo).shape)

# raises: RuntimeError
# zh: 图片大小不一，变换里又没有统一尺寸，就叠不成一批。
# en: Pictures of different sizes do not stack, unless the transform resizes them.
import torch
from torch.utils.data import DataLoader
from torchvision.transforms import v2

pictures = [torch.zeros(3, 4, 4), torch.zeros(3, 6, 4)]
resize = v2.Resize((4, 4))
resized = [resize(picture) for picture in pictures]
(batch,) = DataLoader(resized, batch_size=len(pictures))
print(batch.shape)

next(iter(DataLoader(pictures, batch_size=len(pictures))))

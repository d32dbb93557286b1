# zh: 只想试通流程，用 FakeData：形状对、内容随机、不用下载。
# en: To try a pipeline, use FakeData: right shapes, random content, no download.
import torch
from torch.utils.data import DataLoader
from torchvision.datasets import FakeData
from torchvision.transforms import v2

transform = v2.Compose([v2.ToImage(), v2.ToDtype(torch.float32, scale=True)])
dataset = FakeData(
    size=10, image_size=(3, 32, 32), num_classes=10, transform=transform
)
images, labels = next(iter(DataLoader(dataset, batch_size=4)))
print(len(dataset), images.shape, images.min(), images.max())
print(labels)

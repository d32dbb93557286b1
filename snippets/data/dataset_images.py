# zh: 图像数据集：保存路径，取样本时才读文件；变换可以不给。
# en: An image dataset keeps paths and reads a file when asked; transform is optional.
from pathlib import Path

import torch
from PIL import Image
from torch.utils.data import DataLoader, Dataset
from torchvision.transforms import v2


class Images(Dataset):
    def __init__(self, paths, labels, transform=None):
        self.paths = paths
        self.labels = labels
        self.transform = transform

    def __len__(self):
        return len(self.paths)

    def __getitem__(self, index):
        with Image.open(self.paths[index]) as file:
            image = file.convert("RGB")
        if self.transform is not None:
            image = self.transform(image)
        return image, self.labels[index]


# region setup
folder = Path("pictures")
folder.mkdir(exist_ok=True)
for n in range(4):
    Image.new("L", size=(8, 6), color=50 * n).save(folder / f"{n}.png")
# endregion

paths = sorted(folder.glob("*.png"))
transform = v2.Compose([v2.ToImage(), v2.ToDtype(torch.float32, scale=True)])
dataset = Images(paths, labels=[0, 0, 1, 1], transform=transform)

images, labels = next(iter(DataLoader(dataset, batch_size=len(dataset))))
print(images.shape, images.dtype, labels)
print(images.amax(dim=(1, 2, 3)) * 255)

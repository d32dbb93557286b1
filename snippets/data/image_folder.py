# zh: ImageFolder 把子文件夹当作类别，按名字排序编号。
# en: ImageFolder takes subfolders for classes, numbered in the order of their names.
from pathlib import Path

from PIL import Image
from torchvision.datasets import ImageFolder

# region setup
for name, color in (("dog", "brown"), ("cat", "gray"), ("bird", "blue")):
    Path("images", name).mkdir(parents=True, exist_ok=True)
    for n in range(2):
        Image.new("RGB", size=(4, 4), color=color).save(f"images/{name}/{n}.png")
# endregion

dataset = ImageFolder("images")
print(dataset.classes)
print(dataset.class_to_idx, len(dataset))
image, label = dataset[2]
print(image.size, image.mode, label)

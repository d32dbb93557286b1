# raises: FileNotFoundError
# zh: 图片直接放在根目录，没有类别子文件夹，就读不了。
# en: Pictures straight in the root, without a folder per class, cannot be read.
from pathlib import Path

from PIL import Image
from torchvision.datasets import ImageFolder

Path("loose").mkdir(exist_ok=True)
Image.new("RGB", size=(4, 4)).save("loose/0.png")
print([path.name for path in Path("loose").iterdir()])
ImageFolder("loose")

# figure.zh: 八个手写数字的小图，依次是 0 到 7，每张 8×8 像素。
# figure.en: Eight small pictures of handwritten digits, 0 to 7 in order, 8×8 pixels each.
# zh: 不联网：把 scikit-learn 自带的手写数字写成 MNIST 的文件格式，再用 MNIST 类读。
# en: Offline: write scikit-learn's digits in MNIST's own format, read them with MNIST.
import struct
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits
from torchvision.datasets import MNIST

# region setup
digits = load_digits()
pixels = (digits.images * 255 / 16).round().astype(np.uint8)
folder = Path("data/MNIST/raw")
folder.mkdir(parents=True, exist_ok=True)
for part, rows in (("train", slice(0, 1500)), ("t10k", slice(1500, None))):
    images, labels = pixels[rows], digits.target[rows].astype(np.uint8)
    head = struct.pack(">IIII", 2051, len(images), 8, 8)
    (folder / f"{part}-images-idx3-ubyte").write_bytes(head + images.tobytes())
    head = struct.pack(">II", 2049, len(labels))
    (folder / f"{part}-labels-idx1-ubyte").write_bytes(head + labels.tobytes())
# endregion

train = MNIST(root="data", train=True, download=False)
test = MNIST(root="data", train=False, download=False)
print(len(train), len(test))
image, label = train[0]
print(image.size, image.getextrema(), label)

fig, axes = plt.subplots(1, 8, figsize=(6, 1))
for ax, (image, label) in zip(axes, train, strict=False):
    ax.imshow(np.asarray(image), cmap="gray")
    ax.set_title(label)
    ax.axis("off")
plt.show()

# draw: image1, image2 -> batch
# figure.zh: 两张 2×3 的图叠成 (2, 2, 3) 的一批：第 0 层是 image1，第 1 层是 image2。
# figure.en: Two 2×3 images become a batch of shape (2, 2, 3): sheet 0 is image1, sheet 1 is image2.
# zh: 组成一批：stack 在最前面新增批维，样本形状必须完全相同。
# en: Build a batch: stack adds a batch dim in front; all samples share one shape.
import torch

image1 = torch.tensor([[1, 2, 3], [4, 5, 6]])
image2 = torch.tensor([[11, 12, 13], [14, 15, 16]])
batch = torch.stack([image1, image2])
print(batch.shape)
print(torch.equal(batch[1], image2))

# zh: 彩色图（3，高，宽）也一样；用 cat 就会错拼成 6 个通道。
# en: Color images (3, height, width) are the same; cat would make 6 channels of them.
color1, color2 = torch.zeros(3, 256, 256), torch.ones(3, 256, 256)
print(torch.stack([color1, color2]).shape)
print(torch.cat([color1, color2]).shape)

# draw: first, second -> fused
# figure.zh: 第一个样本：1 个通道的 first 和 2 个通道的 second 拼成 3 个通道的 fused，每张特征图原样保留。
# figure.en: The first sample: first with 1 channel and second with 2 become fused with 3; every feature map is kept as it was.
# zh: 特征融合：沿通道维（第 1 维）拼接，通道数相加，批大小和高宽必须相同。
# en: Fuse features along the channels (dim 1): channels add up, all else agrees.
import torch

# zh: （批，通道，高，宽）
# en: (batch, channels, height, width)
feature1 = torch.arange(8).view(2, 1, 2, 2)
feature2 = torch.arange(10, 26).view(2, 2, 2, 2)
combined = torch.cat([feature1, feature2], dim=1)
print(combined.shape)

first, second, fused = feature1[0], feature2[0], combined[0]
print(fused)
# zh: 拆回去，各取各的通道数：
# en: To take it apart again, name the channels of each:
back1, back2 = combined.split([1, 2], dim=1)
print(torch.equal(back1, feature1))
print(torch.equal(back2, feature2))

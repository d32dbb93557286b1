# zh: 批里只有一个样本时，不带参数的 squeeze 连批的那一维也去掉。
# en: With one sample in the batch, a bare squeeze drops the batch dimension too.
import torch

for batch_size in (2, 1):
    images = torch.zeros(batch_size, 1, 28, 28)
    print(images.squeeze().shape, images.squeeze(1).shape)

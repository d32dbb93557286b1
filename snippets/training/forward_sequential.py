# zh: 层与层首尾相接时，nn.Sequential 就够了；图像先用 Flatten 展平。
# en: If layers follow one another, nn.Sequential will do; Flatten first for images.
import torch
from torch import nn

model = nn.Sequential(
    nn.Flatten(), nn.Linear(28 * 28, 256), nn.ReLU(), nn.Linear(256, 10)
)
print(model)
print(model(torch.rand(32, 1, 28, 28)).shape)

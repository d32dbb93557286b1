# zh: map_location 决定读回来的张量放在哪里，不管当初存在哪里。
# en: map_location says where loaded tensors go, wherever they were saved.
import io

import torch

file = io.BytesIO()
torch.save({"weight": torch.ones(2)}, file)

file.seek(0)
print(torch.load(file, map_location="cpu"))
file.seek(0)
print(torch.load(file, map_location="meta"))

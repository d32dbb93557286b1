# zh: 数据集返回字典，批也是字典：按键取，不要按位置拆。
# en: A dataset of dicts gives batches that are dicts: take keys, do not unpack.
import torch
from torch.utils.data import DataLoader

samples = [{"ids": torch.tensor([n, n + 1]), "label": n % 2} for n in range(4)]
loader = DataLoader(samples, batch_size=2)

for batch in loader:
    print(batch["ids"].tolist(), batch["label"])

try:
    batch[0]
except KeyError as error:
    print("KeyError", error)

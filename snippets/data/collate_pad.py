# draw: a, b -> padded
# figure.zh: a 有三个数，b 有一个数；padded 两行三列，b 那一行后面补了两个 0。
# figure.en: a has three numbers, b one; padded has two rows of three, and the row of b ends in two zeros.
# zh: collate_fn 把一批样本补到这一批里最长的长度，同时给出真实长度和掩码。
# en: collate_fn pads to the longest sample of the batch, and gives lengths and a mask.
import torch
from torch.nn.utils.rnn import pad_sequence
from torch.utils.data import DataLoader


def collate(samples):
    ids = [torch.tensor(text) for text, _ in samples]
    lengths = torch.tensor([len(text) for text in ids])
    padded = pad_sequence(ids, batch_first=True, padding_value=0)
    mask = torch.arange(padded.size(1)) < lengths[:, None]
    labels = torch.tensor([label for _, label in samples])
    return padded, lengths, mask, labels


data = [([1, 2, 3], 1), ([4], 0), ([5, 6], 1)]
for padded, lengths, mask, labels in DataLoader(
    data, batch_size=2, collate_fn=collate
):
    print(padded.tolist(), lengths.tolist(), labels.tolist())
    print(mask.tolist())

a, b = torch.tensor(data[0][0]), torch.tensor(data[1][0])
padded = pad_sequence([a, b], batch_first=True)

# zh: 文本变成批：清理、按字编号、按批内最长填充，填充处掩码为 0。
# en: Text into a batch: clean, number characters, pad to the longest, mask the padding.
import torch
from torch.nn.utils.rnn import pad_sequence

texts = [" PyTorch 很好用 ", "好用", "Torch"]
cleaned = [text.strip().lower() for text in texts]

characters = sorted(set("".join(cleaned)))
vocabulary = {c: n for n, c in enumerate(characters, start=1)}
ids = [torch.tensor([vocabulary[c] for c in text]) for text in cleaned]

batch = pad_sequence(ids, batch_first=True, padding_value=0)
mask = (batch != 0).long()
print(batch)
print(mask.sum(dim=1))

# zh: 若统统填充到 512，有用的只有百分之一左右。
# en: Padded to 512 throughout, about one per cent would be of use.
print(f"{mask.sum().item() / (len(texts) * 512):.1%}")

# zh: 文本数据集：只存编号，一个样本是字典，长度各不相同。
# en: A text dataset stores ids; a sample is a dict, and lengths differ.
import torch
from torch.utils.data import Dataset


class Texts(Dataset):
    def __init__(self, texts, labels, vocabulary):
        self.texts = texts
        self.labels = labels
        self.vocabulary = vocabulary

    def __len__(self):
        return len(self.texts)

    def __getitem__(self, index):
        unknown = self.vocabulary["<unk>"]
        ids = [self.vocabulary.get(c, unknown) for c in self.texts[index]]
        return {"ids": torch.tensor(ids), "label": self.labels[index]}


texts = ["好看", "不好看"]
characters = sorted(set("".join(texts)))
vocabulary = {"<pad>": 0, "<unk>": 1} | {c: n for n, c in enumerate(characters, 2)}
dataset = Texts(texts + ["好吃"], [1, 0, 1], vocabulary)

for index in range(len(dataset)):
    sample = dataset[index]
    print(sample["ids"].tolist(), sample["label"])

# needs: network
# zh: 联网：下载 bert-base-chinese 的词表，用法和本地训练的一样。
# en: Online: download the vocabulary of bert-base-chinese; the calls are the same.
from transformers import AutoTokenizer

tokenizer = AutoTokenizer.from_pretrained("bert-base-chinese")
batch = tokenizer(["今天天气好", "不吃"], padding=True, return_tensors="pt")
print(batch["input_ids"])
print(batch["attention_mask"])

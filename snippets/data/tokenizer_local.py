# zh: 不联网：用几句中文训练 WordPiece 词表，交给 BertTokenizer，整批编码。
# en: Offline: train a WordPiece vocabulary, give it to BertTokenizer, encode a batch.
from tokenizers import BertWordPieceTokenizer
from transformers import BertTokenizer

# region setup
sentences = ["今天天气很好", "天气不好", "今天不去", "PyTorch 跑得通"]
trained = BertWordPieceTokenizer()
trained.train_from_iterator(
    sentences, vocab_size=80, min_frequency=1, show_progress=False
)
# endregion

tokenizer = BertTokenizer(vocab=trained.get_vocab())
batch = tokenizer(["今天天气好", "不吃"], padding=True, return_tensors="pt")
print(batch["input_ids"])
print(batch["attention_mask"])
print(tokenizer.convert_ids_to_tokens(batch["input_ids"][1]))

# zh: 大小写由分词器处理；只编码一条，也带一个批维。
# en: The tokenizer lowers case; even a single text comes with a batch dimension.
print(tokenizer.tokenize("PyTorch"))
print(tokenizer("不吃", return_tensors="pt")["input_ids"].shape)

# zh: softmax 让指定的那一维加起来等于 1，所以要写明 dim。
# en: softmax makes the given dim sum to 1, so always say which.
import torch

# zh: 取对数，让结果是一眼能核对的比例：1:3 和 1:1。
# en: Logarithms, so that the results are easy proportions: 1:3 and 1:1.
scores = torch.tensor([[1.0, 3.0], [1.0, 1.0]]).log()

rows = scores.softmax(dim=1)
print(rows)
print(rows.sum(dim=1).round(decimals=4))

columns = scores.softmax(dim=0)
print(columns)
print(columns.sum(dim=0).round(decimals=4))

# zh: 不继承 Dataset 也行：有这两个方法的对象都能当数据集，列表就是。
# en: Inheriting is optional: any object with these two methods will do, a list too.
from torch.utils.data import DataLoader

pairs = [(n, n % 2) for n in range(4)]
for inputs, labels in DataLoader(pairs, batch_size=2):
    print(inputs, labels)

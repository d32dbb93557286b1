# runs: file
# zh: 用 spawn 启动工作进程时，要保护的是遍历加载器的代码。
# en: With spawn, the code that needs the guard is the one that iterates the loader.
from torch.utils.data import DataLoader, Dataset


class Squares(Dataset):
    def __len__(self):
        return 6

    def __getitem__(self, index):
        return index * index


# zh: 创建加载器不启动任何进程，放在外面也没关系。
# en: Making a loader starts no process: it may stand outside.
loader = DataLoader(
    Squares(), batch_size=3, num_workers=1, multiprocessing_context="spawn"
)

if __name__ == "__main__":
    for batch in loader:
        print(batch)

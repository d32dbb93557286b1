# %% [markdown]
# # 手写数字：从图片到经得起评判的分类器
#
# **一个小卷积网络，在 CPU 上几秒钟就学会 1797 个手写数字，没见过的一百个里能认对 95 个以上。** 十步，每一步都看得到结果：看数据、划分、标准化、加载、搭网络、训练、早停、存下最好的、评判、看错在哪里。什么都不用下载，数字是 scikit-learn 自带的。

# %%
import copy

import matplotlib.pyplot as plt
import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.nn.functional import cross_entropy
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)

# %% [markdown]
# ## 先看数据 { #look }
#
# 形状、类型、取值范围、每类有多少。在这里发现意外，代价最小。
#
# <!-- figure: 十张手写数字的灰度小图，依次是 0 到 9，每张 8×8 像素。 -->

# %%
digits = load_digits()
images = torch.tensor(digits.images, dtype=torch.float32).unsqueeze(1)
labels = torch.tensor(digits.target)
print(images.shape, images.min().item(), images.max().item())
print(torch.bincount(labels).tolist())

fig, axes = plt.subplots(1, 10, figsize=(6, 0.9))
for label, ax in enumerate(axes):
    ax.imshow(images[labels == label][0, 0].numpy(), cmap="gray_r")
    ax.set_title(label)
    ax.grid(False)
    ax.axis("off")
plt.show()

# %% [markdown]
# ## 什么都不做，先划分 { #split }
#
# 分成三份：一份用来学，一份用来选，一份用来评判。评判的那份到最后才能看，所以任何数都还没算，先把它放到一边。排列用自己的种子，每次划分都一样。

# %%
order = torch.randperm(len(images), generator=torch.Generator().manual_seed(1))
train, validation, test = order.split([1200, 297, 300])
print(len(train), len(validation), len(test))
print(torch.bincount(labels[test]).tolist())

# %% [markdown]
# ## 用训练集的统计量标准化 { #normalize }
#
# 均值和标准差也是学来的。用全部数据去算，就等于把测试集漏了一点给训练。

# %%
mean, std = images[train].mean(), images[train].std()
inputs = (images - mean) / std
print(f"{mean:.2f} {std:.2f}")


def loader(part, shuffle):
    dataset = TensorDataset(inputs[part], labels[part])
    return DataLoader(dataset, batch_size=64, shuffle=shuffle)


train_loader = loader(train, shuffle=True)
validation_loader = loader(validation, shuffle=False)
test_loader = loader(test, shuffle=False)
batch, targets = next(iter(train_loader))
print(batch.shape, targets.shape, len(train_loader))

# %% [markdown]
# ## 一个小网络 { #network }
#
# 两层卷积找笔画，池化把图片缩小两次，线性层认出是几。最后不加 softmax：`cross_entropy` 要的是 logits。

# %%
model = nn.Sequential(
    nn.Conv2d(1, 16, kernel_size=3, padding=1),
    nn.ReLU(),
    nn.MaxPool2d(2),
    nn.Conv2d(16, 32, kernel_size=3, padding=1),
    nn.ReLU(),
    nn.MaxPool2d(2),
    nn.Flatten(),
    nn.Dropout(0.3),
    nn.Linear(32 * 2 * 2, 10),
)
print(model(batch).shape, sum(p.numel() for p in model.parameters()))

# %% [markdown]
# ## 两个函数：训练和评判 { #functions }
#
# 区别在模式和梯度，平均都按样本算。没训练过的网络，损失应该在 ln 10 = 2.30 上下，也就是十个里猜一个的代价；比这大，说明已经有问题了。


# %%
def train_epoch():
    model.train()
    total = 0.0
    for batch, targets in train_loader:
        loss = cross_entropy(model(batch), targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(targets)
    return total / len(train)


@torch.inference_mode()
def judge(loader):
    model.eval()
    logits = torch.cat([model(batch) for batch, _ in loader])
    targets = torch.cat([targets for _, targets in loader])
    accuracy = (logits.argmax(dim=1) == targets).float().mean()
    return cross_entropy(logits, targets).item(), accuracy.item(), logits


print(f"{judge(validation_loader)[0]:.1f}")

# %% [markdown]
# ## 训练，适时停下 { #train }
#
# 每一轮由验证损失说了算：目前最低，就复制一份状态；连续六轮没有更低的，训练结束。

# %%
optimizer = torch.optim.AdamW(model.parameters(), lr=0.003)
history = {"train": [], "validation": []}
best, patience, waited = float("inf"), 6, 0
for epoch in range(60):
    history["train"].append(train_epoch())
    loss, accuracy, _ = judge(validation_loader)
    history["validation"].append(loss)
    waited += 1
    if loss < best:
        best, waited = loss, 0
        checkpoint = {
            "epoch": epoch,
            "model": copy.deepcopy(model.state_dict()),
            "optimizer": copy.deepcopy(optimizer.state_dict()),
            "mean": mean,
            "std": std,
        }
    if waited == patience:
        break
print(epoch > checkpoint["epoch"], len(history["train"]) == epoch + 1)

# %% [markdown]
# ## 看曲线 { #curves }
#
# 虚线是留下来的那一轮。有 dropout 时，训练损失可能比验证损失还高：dropout 只在训练模式下起作用。
#
# <!-- figure: 两条随轮次变化的损失曲线，先快速下降，然后变平；一条竖的虚线标出验证损失的最低点。 -->

# %%
fig, ax = plt.subplots(figsize=(5, 3))
for name, losses in history.items():
    ax.plot(losses, label=name)
ax.axvline(checkpoint["epoch"], color="gray", linestyle=":")
ax.set_xlabel("epoch")
ax.set_ylabel("loss")
ax.set_yscale("log")
ax.legend()
plt.show()

# %% [markdown]
# ## 存检查点，再读回来 { #checkpoint }
#
# 统计量也要存进去，没有它们，模型就没法喂数据。`weights_only=True` 只读张量和普通的值，不执行代码。

# %%
torch.save(checkpoint, "digits.pt")
loaded = torch.load("digits.pt", weights_only=True)
model.load_state_dict(loaded["model"])
print(sorted(loaded))
print(judge(validation_loader)[0] == best)

# %% [markdown]
# ## 评判，只此一次 { #judge }
#
# 测试集到现在还没用过，所以这个数可以拿去报告。

# %%
_, accuracy, logits = judge(test_loader)
assert accuracy >= 0.95, accuracy
print(accuracy >= 0.95)

# %% [markdown]
# ## 哪些数字会认混 { #confusion }
#
# 行是真实的，列是预测的。不在对角线上的，就是认混了的。
#
# <!-- figure: 十行十列的数字表。300 张测试图片几乎都在对角线上，旁边散落几个 1。 -->

# %%
predicted = logits.argmax(dim=1)
truth = labels[test]
confusion = torch.zeros(10, 10, dtype=torch.int64)
confusion.index_put_((truth, predicted), torch.ones_like(truth), accumulate=True)
print(confusion.sum().item(), confusion.trace().item())

fig, ax = plt.subplots(figsize=(4, 4))
ax.imshow(confusion.numpy(), cmap="Blues")
ax.grid(False)
for row in range(10):
    for column in range(10):
        if count := confusion[row, column].item():
            ink = "#ffffff" if count > 10 else "#1a1a1a"
            ax.text(column, row, count, ha="center", va="center", color=ink)
ax.set_xticks(range(10))
ax.set_yticks(range(10))
ax.set_xlabel("predicted")
ax.set_ylabel("truth")
plt.show()

# %% [markdown]
# ## 看看最没把握的 { #uncertain }
#
# 测试集里最大概率最低的八张图，上面是正确答案。怪网络之前，自己先认认看。
#
# <!-- figure: 一排八个很难辨认的手写数字，上方写着各自的真实类别。 -->

# %%
certainty = logits.softmax(dim=1).amax(dim=1)
least = certainty.argsort()[:8]
print((certainty[least] < certainty.median()).all().item())

fig, axes = plt.subplots(1, 8, figsize=(6, 1.1))
for index, ax in zip(least, axes, strict=True):
    ax.imshow(images[test[index], 0].numpy(), cmap="gray_r")
    ax.set_title(truth[index].item())
    ax.grid(False)
    ax.axis("off")
plt.show()

# %% [markdown]
# ## 另见 { #see-also }
#
# - [早停](../training/early-stopping.md)：写成一个类。
# - [训练循环](../data/loop.md)：单独讲这两个函数。
# - [看得见的梯度下降](descent.py)：优化器在做什么。

# %% [markdown]
# # Digits, from pictures to a judged classifier
#
# **A small convolutional network learns 1,797 handwritten digits in a few seconds on a CPU and gets more than 95 of 100 unseen ones right.** Ten steps, each with its result: look, split, normalize, load, build, train, stop early, keep the best, judge, look at the mistakes. Nothing is downloaded: the digits come with scikit-learn.

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
# ## Look at the data first { #look }
#
# Shapes, types, the range of values, how many of each class. A surprise here is cheap.
#
# <!-- figure: Ten small gray pictures of handwritten digits, 0 to 9 in order, 8×8 pixels each. -->

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
# ## Split before anything else { #split }
#
# Three parts: one to learn from, one to choose by, one to judge by. The judge must not be asked before the end, so it is set aside before any number is computed. A permutation with a seed of its own makes the split repeat.

# %%
order = torch.randperm(len(images), generator=torch.Generator().manual_seed(1))
train, validation, test = order.split([1200, 297, 300])
print(len(train), len(validation), len(test))
print(torch.bincount(labels[test]).tolist())

# %% [markdown]
# ## Normalize by the training part { #normalize }
#
# Mean and deviation are learned as well. From all data they would carry a little of the test set into training.

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
# ## A small network { #network }
#
# Two convolutions find strokes, pooling halves the picture twice, a linear layer names the digit. No softmax at the end: `cross_entropy` takes logits.

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
# ## Two functions: train and judge { #functions }
#
# They differ in mode and in gradients, and both average by sample. An untrained network should cost about ln 10 = 2.30, the price of guessing among ten; more would mean that something is wrong already.


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
# ## Train, and stop early { #train }
#
# After each epoch the validation loss decides: if it is the best so far, the state is copied; after six epochs without a better one, training ends.

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
# ## Read the curves { #curves }
#
# The dotted line is the epoch that is kept. With dropout the training loss may stay above the validation loss: dropout acts only in training mode.
#
# <!-- figure: Two loss curves over the epochs, both falling fast, then flat; a dotted upright line marks the lowest validation loss. -->

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
# ## Save the checkpoint and load it { #checkpoint }
#
# The file holds the statistics too: without them the model cannot be fed. `weights_only=True` loads tensors and plain values, and no code.

# %%
torch.save(checkpoint, "digits.pt")
loaded = torch.load("digits.pt", weights_only=True)
model.load_state_dict(loaded["model"])
print(sorted(loaded))
print(judge(validation_loader)[0] == best)

# %% [markdown]
# ## Judge, once { #judge }
#
# The test part was used for nothing so far. So this number is one to report.

# %%
_, accuracy, logits = judge(test_loader)
assert accuracy >= 0.95, accuracy
print(accuracy >= 0.95)

# %% [markdown]
# ## Which digits are confused { #confusion }
#
# Rows are the truth, columns the prediction. What lies beside the diagonal is confused.
#
# <!-- figure: A ten by ten grid of numbers. The diagonal holds nearly all 300 test pictures; a few ones stand beside it. -->

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
# ## Look at the least certain { #uncertain }
#
# The eight test pictures whose most likely class has the lowest probability, with the truth above each. Before you blame the network, try to read them.
#
# <!-- figure: Eight handwritten digits that are hard to read, in a row, each with its true class above. -->

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
# ## See also { #see-also }
#
# - [Early stopping](../training/early-stopping.md): the same as a class.
# - [The training loop](../data/loop.md): both functions on their own.
# - [Gradient descent made visible](descent.py): what the optimizer does.

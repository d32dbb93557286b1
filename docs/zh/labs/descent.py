# %% [markdown]
# # 看得见的梯度下降
#
# **梯度下降就是一次又一次逆着梯度走一步；各种优化器的区别，在于这一步怎么选。** 用直线去拟合八个点，只有 `w`、`b` 两个参数，所以损失是一张画得出来的曲面，下山的路也画得出来：手工算的、自动求导的、优化器的，还有两种更聪明的。

# %%
import matplotlib.pyplot as plt
import torch

x = torch.linspace(-1, 2, 8)
y = 2 * x + 1 + torch.tensor([0.1, -0.2, 0.0, 0.2, -0.1, 0.1, -0.2, 0.1])


def loss_of(w, b):
    return ((w * x + b - y) ** 2).mean()


# %% [markdown]
# ## 精确解 { #exact }
#
# 最小二乘给出最低点，下面每条路该到哪里，一比就知道。

# %%
columns = torch.stack([x, torch.ones_like(x)], dim=1)
best_w, best_b = torch.linalg.lstsq(columns, y[:, None]).solution.flatten().tolist()
print(f"{best_w:.2f} {best_b:.2f} {loss_of(best_w, best_b):.3f}")

# %% [markdown]
# ## 手工算 { #by-hand }
#
# 令 `error = w·x + b − y`，损失就是 `error²` 的平均。由链式法则得到两个方向的斜率：对 `w` 是 `2·mean(error·x)`，对 `b` 是 `2·mean(error)`。逆着它们走一步，步长乘上学习率。

# %%
START = (-1.0, 3.0)


def by_hand(steps, rate):
    w, b = START
    path = [(w, b)]
    for _ in range(steps):
        error = w * x + b - y
        w = w - rate * 2 * (error * x).mean().item()
        b = b - rate * 2 * error.mean().item()
        path.append((w, b))
    return torch.tensor(path)


hand = by_hand(steps=40, rate=0.2)
print([round(value, 2) for value in hand[-1].tolist()])

# %% [markdown]
# ## 自动求导，结果相等 { #autograd }
#
# 自动求导不需要公式：它记下损失，自己求出斜率。两条路每一步都相同。


# %%
def by_autograd(steps, rate):
    point = torch.tensor(START, requires_grad=True)
    path = [point.detach().clone()]
    for _ in range(steps):
        (gradient,) = torch.autograd.grad(loss_of(*point), point)
        with torch.no_grad():
            point -= rate * gradient
        path.append(point.detach().clone())
    return torch.stack(path)


automatic = by_autograd(steps=40, rate=0.2)
torch.testing.assert_close(automatic, hand, rtol=1e-4, atol=1e-4)
print(automatic.shape)

# %% [markdown]
# ## 用优化器，结果相等 { #optimizer }
#
# `torch.optim.SGD` 做的就是这两行，多少个参数都行。把优化器作为参数传进来，换别的只要改一个词。


# %%
def by_optimizer(make, steps):
    point = torch.tensor(START, requires_grad=True)
    optimizer = make([point])
    path = [point.detach().clone()]
    for _ in range(steps):
        optimizer.zero_grad()
        loss_of(*point).backward()
        optimizer.step()
        path.append(point.detach().clone())
    return torch.stack(path)


sgd = by_optimizer(lambda p: torch.optim.SGD(p, lr=0.2), steps=40)
torch.testing.assert_close(sgd, automatic)
print("equal")

# %% [markdown]
# ## 三条下山的路 { #paths }
#
# 动量会保持速度，冲过头再荡回来。Adam 开头几步在 `w` 和 `b` 上一样长，不管两边的斜率差多少，所以是沿对角线出发的，然后也会冲过头。

# %%
paths = {
    "SGD": sgd,
    "momentum": by_optimizer(lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.8), steps=40),
    "Adam": by_optimizer(lambda p: torch.optim.Adam(p, lr=0.5), steps=40),
}
for name, path in paths.items():
    print(f"{name:8}", [round(value, 1) for value in path[-1].tolist()])

# %% [markdown]
# 每一圈上的损失相等，星号是精确解。
#
# <!-- figure: 围着星号的一圈圈等损失线。三条路从左上角出发，终点都在星号附近：SGD 径直走到，动量从下方绕过去，Adam 冲到右下方再回来。 -->

# %%
ws, bs = torch.linspace(-1.5, 4, 40), torch.linspace(-1.5, 3.5, 40)
grid_w, grid_b = torch.meshgrid(ws, bs, indexing="xy")
residuals = grid_w[..., None] * x + grid_b[..., None] - y
surface = (residuals**2).mean(dim=-1)

fig, ax = plt.subplots(figsize=(6, 4))
ax.contour(ws, bs, surface, levels=[0.1, 0.5, 1, 2, 4, 8], colors="gray")
for name, path in paths.items():
    ax.plot(path[:, 0], path[:, 1], marker=".", label=name)
ax.plot(best_w, best_b, marker="*", markersize=14, color="tab:red")
ax.grid(False)
ax.set_xlabel("w")
ax.set_ylabel("b")
ax.legend()
plt.show()

# %% [markdown]
# ## 一路上的损失 { #losses }
#
# 在对数轴上，斜率不变就是说每一步都去掉剩余的同样一份。
#
# <!-- figure: 四十步里损失比最小值高出多少，对数纵轴，三条曲线：SGD 沿直线降到底，动量和 Adam 一波一波地降。 -->

# %%
floor = loss_of(best_w, best_b)
fig, ax = plt.subplots(figsize=(6, 3))
for name, path in paths.items():
    above = torch.stack([loss_of(*point) for point in path]) - floor
    print(f"{name:8}", (above[20] < above[0] / 10).item())
    ax.semilogy(above.clamp(min=1e-6), label=name)
ax.set_xlabel("step")
ax.set_ylabel("loss - min")
ax.legend()
plt.show()

# %% [markdown]
# ## 步子最大能有多大 { #too-large }
#
# 学习率小于某个界限就走得到，大于它就越走越高。对二次的损失，这个界限等于 2 除以最大的曲率，也就是二阶导数矩阵的最大特征值。

# %%
hessian = 2 * columns.T @ columns / len(x)
limit = 2 / torch.linalg.eigvalsh(hessian).max().item()
print(f"{limit:.2f}")
for factor in (0.5, 0.95, 1.05):
    path = by_hand(steps=100, rate=factor * limit)
    print(factor, (loss_of(*path[-1]) < loss_of(*path[0])).item())

# %% [markdown]
# <!-- figure: 一圈圈等损失线。学习率取界限的一半，路径走到星号；略高于界限，路径在两侧来回跳，一次比一次远。 -->

# %%
fig, ax = plt.subplots(figsize=(6, 4))
ax.contour(ws, bs, surface, levels=[0.1, 0.5, 1, 2, 4, 8], colors="gray")
for factor in (0.5, 1.05):
    path = by_hand(steps=12, rate=factor * limit)
    ax.plot(path[:, 0], path[:, 1], marker=".", label=f"{factor} × limit")
ax.plot(best_w, best_b, marker="*", markersize=14, color="tab:red")
ax.grid(False)
ax.set_xlabel("w")
ax.set_ylabel("b")
ax.legend()
plt.show()

# %% [markdown]
# ## 另见 { #see-also }
#
# - [更新参数](../training/updates.md)：动量和 Adam 的公式。
# - [线性回归，从头到尾](../training/linear-regression.md)：换成小批量。
# - [手写数字：从图片到经得起评判的分类器](digits.py)：曲面再也画不出来的时候。

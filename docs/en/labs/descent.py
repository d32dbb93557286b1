# %% [markdown]
# # Gradient descent made visible
#
# **Gradient descent takes a step against the gradient, again and again; what differs between optimizers is how they choose the step.** A line through eight points has two parameters, `w` and `b`, so the loss is a surface that can be drawn, and the way down it too: by hand, by autograd, by an optimizer, and by two cleverer ones.

# %%
import matplotlib.pyplot as plt
import torch

x = torch.linspace(-1, 2, 8)
y = 2 * x + 1 + torch.tensor([0.1, -0.2, 0.0, 0.2, -0.1, 0.1, -0.2, 0.1])


def loss_of(w, b):
    return ((w * x + b - y) ** 2).mean()


# %% [markdown]
# ## The exact answer { #exact }
#
# Least squares gives the lowest point, so every path below can be judged by where it should end.

# %%
columns = torch.stack([x, torch.ones_like(x)], dim=1)
best_w, best_b = torch.linalg.lstsq(columns, y[:, None]).solution.flatten().tolist()
print(f"{best_w:.2f} {best_b:.2f} {loss_of(best_w, best_b):.3f}")

# %% [markdown]
# ## By hand { #by-hand }
#
# With `error = w·x + b − y` the loss is the mean of `error²`. The chain rule gives its two slopes: `2·mean(error·x)` for `w` and `2·mean(error)` for `b`. A step goes against them, by a learning rate.

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
# ## By autograd, and equal { #autograd }
#
# Autograd needs no formula: it records the loss and finds the slopes itself. Both paths are the same, step by step.


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
# ## By an optimizer, and equal { #optimizer }
#
# `torch.optim.SGD` does these two lines for any number of parameters. Passing the optimizer in makes the others a matter of one word.


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
# ## Three ways down { #paths }
#
# Momentum keeps its speed, overshoots, and swings back. Adam's first steps are as long in `w` as in `b`, however unequal the slopes, so it sets out along a diagonal; then it overshoots too.

# %%
paths = {
    "SGD": sgd,
    "momentum": by_optimizer(lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.8), steps=40),
    "Adam": by_optimizer(lambda p: torch.optim.Adam(p, lr=0.5), steps=40),
}
for name, path in paths.items():
    print(f"{name:8}", [round(value, 1) for value in path[-1].tolist()])

# %% [markdown]
# The rings join points of equal loss; the star is the exact answer.
#
# <!-- figure: Rings of equal loss around a star. Three paths start at the upper left and end near the star: SGD comes in directly, momentum swings around below it, Adam runs past it to the lower right and comes back. -->

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
# ## The loss along the way { #losses }
#
# On a log axis an even slope means that each step removes the same share of what is left.
#
# <!-- figure: Three curves of the loss above its minimum over 40 steps, on a log axis: SGD falls in a straight line to the floor of the axis, momentum and Adam fall in waves. -->

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
# ## How large may a step be? { #too-large }
#
# Below a limit every rate arrives; above it every step ends higher than it began. For a quadratic loss the limit is 2 divided by the largest curvature, the largest eigenvalue of the matrix of second derivatives.

# %%
hessian = 2 * columns.T @ columns / len(x)
limit = 2 / torch.linalg.eigvalsh(hessian).max().item()
print(f"{limit:.2f}")
for factor in (0.5, 0.95, 1.05):
    path = by_hand(steps=100, rate=factor * limit)
    print(factor, (loss_of(*path[-1]) < loss_of(*path[0])).item())

# %% [markdown]
# <!-- figure: Rings of equal loss. The path with half the limit walks to the star; the one just above the limit jumps from side to side, farther each time. -->

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
# ## See also { #see-also }
#
# - [Updating parameters](../training/updates.md): momentum and Adam by their formulas.
# - [A linear regression, whole](../training/linear-regression.md): the same with mini-batches.
# - [Digits, from pictures to a judged classifier](digits.py): a surface that nobody can draw.

# figure.zh: 三条随 p 下降的曲线：gamma 为 0 的最高，2 的居中，5 的最低；p 超过 0.5 以后，后两条贴近 0。
# figure.en: Three curves falling with p: gamma 0 is the highest, 2 lies below, 5 the lowest; beyond p = 0.5 the latter two are close to 0.
# zh: gamma 越大，已经分对的样本（p 大）对损失的贡献越小。
# en: The larger gamma, the less the samples that are right already (large p) count.
import matplotlib.pyplot as plt
import torch

p = torch.linspace(0.05, 1, 40)
for gamma in (0, 2, 5):
    plt.plot(p, -((1 - p) ** gamma) * p.log(), label=f"gamma = {gamma}")
    # zh: p = 0.9 的样本，损失要乘的系数。
    # en: What the loss of a sample with p = 0.9 is multiplied by.
    print(gamma, f"{(1 - 0.9) ** gamma:.5f}")
plt.xlabel("p")
plt.ylabel("loss")
plt.legend()
plt.show()

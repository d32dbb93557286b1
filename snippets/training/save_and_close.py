# zh: 没有屏幕时，图存成文件再关掉；不关，图会一直留在内存里。
# en: Without a screen, save the figure and close it; unclosed ones stay in memory.
from pathlib import Path

import matplotlib.pyplot as plt

figures = []
for number in range(3):
    fig, ax = plt.subplots()
    ax.plot([3, 2, 1])
    fig.savefig(f"loss-{number}.svg")
    figures.append(fig)
print(sorted(path.name for path in Path().glob("*.svg")))
print([plt.fignum_exists(fig.number) for fig in figures])

for fig in figures:
    plt.close(fig)
print([plt.fignum_exists(fig.number) for fig in figures])

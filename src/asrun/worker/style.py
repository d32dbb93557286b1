"""How matplotlib draws here: on nothing, in colours that `plot` turns into the page's own."""

from __future__ import annotations

import importlib
from typing import Any

# Colours that no plot would choose: `plot` turns them into the page's own. In the order of its
# `--asrun-hue-1`, `--asrun-hue-2`, …
INK = "#010203"
HUES = ("#2f6fd6", "#d97a1a", "#1f9d6b", "#b04bd0", "#d13d4b", "#8a8f1f", "#0f93a8", "#8c6a4f")


def plot_style() -> dict[str, Any]:
    """Return matplotlib's settings for a figure that follows the page's theme."""
    cycler = importlib.import_module("cycler")
    boxplots = ("boxprops", "capprops", "flierprops", "whiskerprops")
    return {
        "axes.axisbelow": True,
        "axes.edgecolor": INK,
        "axes.facecolor": "none",
        "axes.grid": True,
        "axes.labelcolor": INK,
        "axes.prop_cycle": cycler.cycler(color=HUES),
        "axes.spines.right": False,
        "axes.spines.top": False,
        "axes.titlecolor": INK,
        "axes.titlesize": "medium",
        **{f"boxplot.{name}.color": INK for name in boxplots},
        "boxplot.flierprops.markeredgecolor": INK,
        "figure.constrained_layout.use": True,
        "figure.edgecolor": "none",
        "figure.facecolor": "none",
        "figure.figsize": (5.6, 3.0),
        "font.size": 11,
        "grid.alpha": 0.25,
        "grid.color": INK,
        "grid.linewidth": 0.6,
        "hatch.color": INK,
        "image.interpolation": "none",  # an array's pixels, as they are
        "legend.edgecolor": INK,
        "legend.facecolor": "none",
        "legend.frameon": False,
        "patch.edgecolor": INK,
        "savefig.facecolor": "none",
        "svg.fonttype": "none",
        "svg.hashsalt": "asrun",
        "text.color": INK,
        "xtick.color": INK,
        "ytick.color": INK,
    }

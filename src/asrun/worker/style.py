"""How matplotlib draws here: on nothing, in colours that `plot` turns into the page's own."""

from __future__ import annotations

import importlib
from typing import Any

# Colours that no plot would choose: `plot` turns them into the page's own. In the order of its
# `--asrun-hue-1`, `--asrun-hue-2`, …
INK_COLOR = "#010203"
HUE_COLORS = (
    "#2f6fd6",
    "#d97a1a",
    "#1f9d6b",
    "#b04bd0",
    "#d13d4b",
    "#8a8f1f",
    "#0f93a8",
    "#8c6a4f",
)


def make_plot_style() -> dict[str, Any]:
    """Return matplotlib's settings for a figure that follows the page's theme."""
    cycler = importlib.import_module("cycler")
    boxplots = ("boxprops", "capprops", "flierprops", "whiskerprops")
    return {
        "axes.axisbelow": True,
        "axes.edgecolor": INK_COLOR,
        "axes.facecolor": "none",
        "axes.grid": True,
        "axes.labelcolor": INK_COLOR,
        "axes.prop_cycle": cycler.cycler(color=HUE_COLORS),
        "axes.spines.right": False,
        "axes.spines.top": False,
        "axes.titlecolor": INK_COLOR,
        "axes.titlesize": "medium",
        **{f"boxplot.{name}.color": INK_COLOR for name in boxplots},
        "boxplot.flierprops.markeredgecolor": INK_COLOR,
        "figure.constrained_layout.use": True,
        "figure.edgecolor": "none",
        "figure.facecolor": "none",
        "figure.figsize": (5.6, 3.0),
        "font.size": 11,
        "grid.alpha": 0.25,
        "grid.color": INK_COLOR,
        "grid.linewidth": 0.6,
        "hatch.color": INK_COLOR,
        "image.interpolation": "none",  # an array's pixels, as they are
        "legend.edgecolor": INK_COLOR,
        "legend.facecolor": "none",
        "legend.frameon": False,
        "patch.edgecolor": INK_COLOR,
        "savefig.facecolor": "none",
        "svg.fonttype": "none",
        "svg.hashsalt": "asrun",
        "text.color": INK_COLOR,
        "xtick.color": INK_COLOR,
        "ytick.color": INK_COLOR,
    }

"""The style of plots: no background, and colours that stand for those of the page."""

from __future__ import annotations

import importlib
from typing import Any

# No program would choose these colours, so `figures.plot` can replace them with the page's own: the
# ink with the colour of its text, the hues with `--asrun-hue-1`, `--asrun-hue-2` and so on.
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
    """Return matplotlib's ``rcParams`` for figures that follow the page's theme.

    Needs cycler, which matplotlib brings.
    """
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
        "image.interpolation": "none",  # an array's elements stay squares
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

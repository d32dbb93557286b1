"""Captures the figures that a program shows, however it imports matplotlib."""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import io
import sys
import types
from collections.abc import Callable, Sequence
from typing import Any

from .style import make_plot_style


def capture_plots(plots: list[str]) -> None:
    """Have ``plt.show()`` append the open figures to ``plots``, as SVG, and close them.

    What is imported already is changed at once, the rest when it is imported.
    """
    actions: dict[str, Callable[[types.ModuleType], None]] = {
        "matplotlib": set_plot_style,
        "matplotlib.pyplot": lambda pyplot: replace_show(pyplot, plots),
    }
    for name in list(actions):
        if name in sys.modules:
            actions.pop(name)(sys.modules[name])
    if actions:
        sys.meta_path.insert(0, _ImportWatcher(actions))


def set_plot_style(matplotlib: types.ModuleType) -> None:
    """Set the style of the pages, on top of matplotlib's own defaults (`environment`)."""
    matplotlib.rcParams.update(make_plot_style())


def replace_show(pyplot: types.ModuleType, plots: list[str]) -> None:
    """Replace ``pyplot.show`` by what `capture_plots` says."""

    def show(*_args: object, **_kwargs: object) -> None:
        for number in list_open_figures():
            text = io.StringIO()
            pyplot.figure(number).savefig(
                text, format="svg", metadata={"Date": None, "Creator": None}
            )
            plots.append(text.getvalue())
        pyplot.close("all")

    vars(pyplot)["show"] = show


def list_open_figures() -> list[int]:
    """Return the numbers of the figures that are drawn and not shown."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    return list(pyplot.get_fignums()) if pyplot else []


class _ImportWatcher(importlib.abc.MetaPathFinder):
    """Calls an action with a module once the module's own code has run."""

    def __init__(self, actions: dict[str, Callable[[types.ModuleType], None]]) -> None:
        self._actions = actions

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Find a module that has an action as Python does; leave all others to the next finder."""
        if name not in self._actions:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is None or spec.loader is None:
            return spec
        loader: Any = spec.loader
        execute, action = loader.exec_module, self._actions[name]

        def execute_and_act(module: types.ModuleType) -> None:
            execute(module)
            action(module)

        loader.exec_module = execute_and_act
        return spec

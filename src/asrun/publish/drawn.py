"""What programs drew, as a reader must see it: the census compares published figures with it.

It is told from a run's tensors and matplotlib's own SVGs, without what renders them for pages.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import lxml.html

from asrun.execution.result import Run
from asrun.labs.lab import Lab
from asrun.publish.published import PublishedFigure, read_figure
from asrun.snippets.snippet import Snippet

_RELATIVE_ERROR = 0.006  # three significant digits
_PATH_ERROR = 0.006  # two decimals


@dataclass(frozen=True)
class ExpectedFigure:
    """A figure that a program drew.

    Attributes:
        alt: its alt text.
        names: the tensors that a picture shows; empty for a plot.
        values: their numbers, in order.
        plot: what a plot shows; None for a picture of tensors.
    """

    alt: str
    names: tuple[str, ...] = ()
    values: tuple[float | int | bool, ...] = ()
    plot: PublishedFigure | None = None

    def is_shown_by(self, figure: PublishedFigure) -> bool:
        """Tell whether a published figure shows this one and nothing else."""
        if figure.alt != self.alt:
            return False
        if self.plot is not None:
            return (
                figure.kind == "plot"
                and figure.texts == self.plot.texts
                and figure.images == self.plot.images
                and _is_selection(figure.paths, self.plot.paths)
            )
        return (
            figure.kind == "tensor-picture"
            and figure.names == self.names
            and len(figure.texts) == len(self.values)
            and all(map(_is_written_as, self.values, figure.texts))
        )


def list_snippet_figures(snippet: Snippet, run: Run, language: str) -> Iterator[ExpectedFigure]:
    """Yield what a program's run drew: its pictures of tensors, then its plots."""
    alts = iter(directive.value for directive in snippet.get_alt_texts(language))
    for drawing in snippet.drawings:
        names = (*drawing.operands, *drawing.results)
        values = tuple(value for name in names for value in run.tensors[name]["values"])
        yield ExpectedFigure(_join_words(next(alts)), names, values)
    yield from _list_plots(run.plots, alts)


def list_lab_figures(lab: Lab, number: int, plots: Iterable[str]) -> Iterator[ExpectedFigure]:
    """Yield what code cell ``number`` of a lab drew, counted from 0."""
    return _list_plots(plots, iter(lab.find_figure_alts(number)))


def _list_plots(plots: Iterable[str], alts: Iterator[str]) -> Iterator[ExpectedFigure]:
    for svg in plots:
        root = lxml.html.fromstring(svg.encode())
        yield ExpectedFigure(_join_words(next(alts)), plot=read_figure(root))


def _join_words(text: str) -> str:
    return " ".join(text.split())


def _is_written_as(value: float | int | bool, text: str) -> bool:
    """Tell whether a text in a picture is a tensor's number."""
    if isinstance(value, bool):
        return text == str(value)[0]
    try:
        number = float(text)
    except ValueError:
        return False
    if math.isnan(value):
        return math.isnan(number)
    if isinstance(value, int):
        return text == str(value)
    return math.isclose(number, value, rel_tol=_RELATIVE_ERROR)


def _is_selection(shown: Sequence[tuple[float, ...]], drawn: Sequence[tuple[float, ...]]) -> bool:
    """Tell whether all paths that are shown were drawn, in this order.

    Not all that are drawn are shown: the background and invisible shapes are left out.
    """
    remaining = iter(drawn)
    return all(any(_is_same_path(path, other) for other in remaining) for path in shown)


def _is_same_path(first: Sequence[float], second: Sequence[float]) -> bool:
    return len(first) == len(second) and all(
        math.isclose(a, b, abs_tol=_PATH_ERROR) for a, b in zip(first, second, strict=True)
    )

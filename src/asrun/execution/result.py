"""What can come of a program: a run, an error, or nothing, because this machine lacks something."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from asrun.base.errors import RunError
from asrun.worker.protocol import TensorReport


@dataclass(frozen=True)
class Run:
    """What a program did, the same both times.

    Attributes:
        output: what it printed, followed by the exception that it declares, as Python prints it.
        tensors: those that its ``# draw:`` directives name, as they were when it ended.
        plots: an SVG for each figure that it showed, in order.
        versions: of Python and of the libraries that it imported and that outputs depend on most.
        seconds: how long the two runs took together, by the clock. It says nothing of what the
            program did, so runs are compared without it.
    """

    output: str
    tensors: Mapping[str, TensorReport] = field(default_factory=dict)
    plots: tuple[str, ...] = ()
    versions: Mapping[str, str] = field(default_factory=dict)
    seconds: float = field(default=0.0, compare=False)


@dataclass(frozen=True)
class Skipped:
    """A program that was not run because this machine lacks a ``requirement``. No error."""

    requirement: str


Result = Run | Skipped | RunError
# Called when work starts and after each part of it: how many parts have ended, how many there are,
# and what this one is: the name of a snippet, or what takes time before the first has ended.
Progress = Callable[[int, int, str], None]

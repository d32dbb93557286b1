"""TODO docstring."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from asrun.base.errors import RunError
from asrun.snippets.snippet import Snippet


@dataclass(frozen=True)
class Run:
    """What a program did, proven: its output, the tensors it asks to draw, its plots as SVG.

    ``output`` is what it printed, followed by the exception it declares, as Python prints it.
    ``seconds`` is what it took, or what both runs of a proof took; it says nothing of the program.
    """

    output: str
    tensors: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    plots: tuple[str, ...] = ()
    versions: Mapping[str, str] = field(default_factory=dict)
    seconds: float = field(default=0.0, compare=False)


@dataclass(frozen=True)
class Skipped:
    """Why a program was not run here; a fact to show, not an error."""

    requirement: str


Result = Run | Skipped | RunError
Progress = Callable[[int, int, Snippet], None]

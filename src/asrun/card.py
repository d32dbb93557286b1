"""A card: what stands on a page for one snippet, in one language."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from asrun.errors import RunError
from asrun.judge import NotRun, Run
from asrun.picture import Tensor, parse_drawing, picture
from asrun.plot import plot
from asrun.runner import Result
from asrun.snippet import Snippet
from asrun.verified import Environment, Verdict
from asrun.view import View, view


@dataclass(frozen=True)
class Recorded:
    """An output that was committed, of a program that was not run here: no figures.

    ``lacks`` names what it needs and this machine has not, if that is why.
    """

    output: str
    lacks: str | None = None


Shown = Run | Recorded | RunError


@dataclass(frozen=True)
class Card:
    """Code, output and figures of a snippet, ready for a page.

    ``figures`` are HTML blocks; None stands for one that was not drawn here. ``lacks`` names what
    the program needs and this machine has not; ``failure`` says why its run failed; ``proven``
    has the environments that gave this output, and when.
    """

    snippet: Snippet
    code: View
    output: str
    figures: tuple[str | None, ...] = ()
    lacks: str | None = None
    failure: str | None = None
    proven: Mapping[Environment, Verdict] = field(default_factory=dict)


def card(
    snippet: Snippet,
    shown: Shown,
    language: str,
    verdicts: Mapping[Environment, Verdict] | None = None,
) -> Card:
    """Make the card of a snippet from what is known of its run, and of its runs elsewhere.

    Raises:
        SnippetError: if the language's view changes the program.
        FigureError: if a figure cannot be drawn as asked.
    """
    code = view(snippet, language)
    proven = {e: verdict for e, verdict in (verdicts or {}).items() if verdict.kind == "equal"}
    if isinstance(shown, Run):
        drawn = tuple(figures(snippet, shown, language))
        return Card(snippet, code, shown.output, drawn, proven=proven)
    if isinstance(shown, Recorded):
        blank = (None,) * len(snippet.alt(language))
        return Card(snippet, code, shown.output, blank, lacks=shown.lacks, proven=proven)
    return Card(snippet, code, "", failure=str(shown))


def known(snippet: Snippet, result: Result | None, written: str | None) -> Shown:
    """Return what a page can show: the run, else what is written in its ``.out``."""
    if isinstance(result, Run | RunError):
        return result
    lacks = result.needs if isinstance(result, NotRun) else None
    if written is not None or lacks:
        return Recorded(written or "", lacks)
    return RunError(snippet.place(), "not run, and no output is recorded", "Run `make update`.")


def figures(snippet: Snippet, run: Run, language: str) -> Iterator[str]:
    """Yield the HTML of a run's figures: the tensor pictures, then the plots."""
    alts = iter(snippet.alt(language))
    tensors = {name: _tensor(found) for name, found in run.tensors.items()}
    for directive in snippet.drawings:
        drawing = parse_drawing(directive.value, snippet.place(directive.line))
        yield picture(drawing, tensors, next(alts).value)
    for number, svg in enumerate(run.plots):
        seed = hashlib.sha256(f"{snippet.name}:{number}".encode()).hexdigest()
        alt = next(alts)
        yield plot(svg, alt.value, f"f{seed[:6]}-", snippet.place(alt.line))


def _tensor(found: Mapping[str, object]) -> Tensor:
    shape, dtype, values = found["shape"], found["dtype"], found["values"]
    assert isinstance(shape, list) and isinstance(dtype, str) and isinstance(values, list)
    return Tensor(tuple(shape), dtype, tuple(values))

"""A card: what stands on a page for one snippet, in one language."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from asrun.base.errors import RunError
from asrun.execution.result import Result, Run, Skipped
from asrun.figures.plot import render_plot
from asrun.figures.tensor_picture import Tensor, render_tensor_picture
from asrun.snippets.localize import LocalizedSource
from asrun.snippets.snippet import Snippet
from asrun.verification.record import Environment, Verdict


@dataclass(frozen=True)
class ExpectedOnly:
    """An output that was committed, of a program that was not run here: no figures.

    ``lacks`` names what it needs and this machine has not, if that is why.
    """

    output: str
    missing_requirement: str | None = None


BlockContent = Run | ExpectedOnly | RunError


@dataclass(frozen=True)
class SnippetBlock:
    """Code, output and figures of a snippet, ready for a page.

    ``figures`` are HTML blocks; None stands for one that was not drawn here. ``lacks`` names what
    the program needs and this machine has not; ``failure`` says why its run failed; ``proven``
    has the environments that gave this output, and when.
    """

    snippet: Snippet
    code: LocalizedSource
    output: str
    figures: tuple[str | None, ...] = ()
    missing_requirement: str | None = None
    failure: str | None = None
    verified_environments: Mapping[Environment, Verdict] = field(default_factory=dict)


def build_snippet_block(
    snippet: Snippet,
    content: BlockContent,
    language: str,
    verdicts: Mapping[Environment, Verdict] | None = None,
) -> SnippetBlock:
    """Make the card of a snippet from what is known of its run, and of its runs elsewhere.

    Raises:
        SnippetError: if the language's view changes the program.
        FigureError: if a figure cannot be drawn as asked.
    """
    code = snippet.localize(language)
    verified_environments = {
        environment: verdict
        for environment, verdict in (verdicts or {}).items()
        if verdict.kind == "equal"
    }
    if isinstance(content, Run):
        rendered_figures = tuple(render_snippet_figures(snippet, content, language))
        return SnippetBlock(
            snippet,
            code,
            content.output,
            rendered_figures,
            verified_environments=verified_environments,
        )
    if isinstance(content, ExpectedOnly):
        missing_figures = (None,) * len(snippet.get_alt_texts(language))
        return SnippetBlock(
            snippet,
            code,
            content.output,
            missing_figures,
            missing_requirement=content.missing_requirement,
            verified_environments=verified_environments,
        )
    return SnippetBlock(snippet, code, "", failure=str(content))


def choose_content(
    snippet: Snippet, result: Result | None, expected_output: str | None
) -> BlockContent:
    """Return what a page can show: the run, else what is written in its ``.out``."""
    if isinstance(result, Run | RunError):
        return result
    missing_requirement = result.requirement if isinstance(result, Skipped) else None
    if expected_output is not None or missing_requirement:
        return ExpectedOnly(expected_output or "", missing_requirement)
    return RunError(
        snippet.locate_line(), "not run, and no output is recorded", "Run `make update`."
    )


def render_snippet_figures(snippet: Snippet, run: Run, language: str) -> Iterator[str]:
    """Yield the HTML of a run's figures: the tensor pictures, then the plots."""
    alts = iter(snippet.get_alt_texts(language))
    tensors = {name: _make_tensor(report) for name, report in run.tensors.items()}
    for drawing in snippet.drawings:
        yield render_tensor_picture(drawing, tensors, next(alts).value)
    for number, svg in enumerate(run.plots):
        seed = hashlib.sha256(f"{snippet.name}:{number}".encode()).hexdigest()
        alt = next(alts)
        yield render_plot(svg, alt.value, f"f{seed[:6]}-", snippet.locate_line(alt.line))


def _make_tensor(report: Mapping[str, object]) -> Tensor:
    shape, dtype, values = report["shape"], report["dtype"], report["values"]
    assert isinstance(shape, list) and isinstance(dtype, str) and isinstance(values, list)
    return Tensor(tuple(shape), dtype, tuple(values))

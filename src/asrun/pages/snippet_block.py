"""What a page shows for one snippet in one language: code, output, figures, where it was verified.

`choose_content` alone decides what a page may show of a run; `expand` lays it out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from asrun.base.errors import RunError
from asrun.execution.result import Result, Run, Skipped
from asrun.figures.plot import make_id_prefix, render_plot
from asrun.figures.tensor_picture import render_tensor_picture
from asrun.snippets.localize import LocalizedSource
from asrun.snippets.snippet import Snippet
from asrun.verification.record import Environment, Verdict


@dataclass(frozen=True)
class ExpectedOnly:
    """The committed output of a program that did not run here, so that there are no figures.

    ``missing_requirement`` is what it needs and this machine lacks, if that is why.
    """

    output: str
    missing_requirement: str | None = None


BlockContent = Run | ExpectedOnly | RunError


@dataclass(frozen=True)
class SnippetBlock:
    """A snippet's code, output and figures, ready for a page in one language.

    Attributes:
        snippet: the program.
        code: its text in the page's language.
        output: what it printed; empty if it printed nothing or failed.
        figures: blocks of HTML, in order; None for a figure that was not drawn here.
        missing_requirement: what the program needs and this machine lacks.
        failure: why its run failed.
        verified_environments: the environments that gave this output, with their verdicts.
    """

    snippet: Snippet
    code: LocalizedSource
    output: str
    figures: tuple[str | None, ...] = ()
    missing_requirement: str | None = None
    failure: str | None = None
    verified_environments: Mapping[Environment, Verdict] = field(default_factory=dict)


def choose_content(
    snippet: Snippet,
    result: Result | None,
    expected_output: str | None,
    verdicts: Mapping[Environment, Verdict] | None = None,
) -> BlockContent:
    """Decide what a page may show of a snippet: its run, else its committed output.

    A program that this machine cannot run may have changed since its output was committed, and
    only its verdicts tell: they are those of its present text. So without a verdict its output is
    not shown.

    Args:
        snippet: the program.
        result: what came of it here; None if nobody tried.
        expected_output: the committed output, if there is one.
        verdicts: what came of it in each environment; None in a project that does not record it.
    """
    if isinstance(result, Run | RunError):
        return result
    if snippet.needs and verdicts is not None and not verdicts:
        expected_output = None
    missing_requirement = result.requirement if isinstance(result, Skipped) else None
    if expected_output is not None or missing_requirement:
        return ExpectedOnly(expected_output or "", missing_requirement)
    return RunError(
        snippet.locate_line(), "not run, and no output is recorded", "Run `make update`."
    )


def build_snippet_block(
    snippet: Snippet,
    content: BlockContent,
    language: str,
    verdicts: Mapping[Environment, Verdict] | None = None,
) -> SnippetBlock:
    """Return the block that shows this content of a snippet.

    Args:
        snippet: the program.
        content: what `choose_content` returned.
        language: the page's.
        verdicts: what came of the program in each environment.

    Raises:
        SnippetError: if the program cannot be shown in this language.
        FigureError: if a figure cannot be drawn as asked.
    """
    code = snippet.localize(language)
    if isinstance(content, RunError):
        return SnippetBlock(snippet, code, "", failure=str(content))
    verified_environments = {
        environment: verdict
        for environment, verdict in (verdicts or {}).items()
        if verdict.kind == "equal"
    }
    if isinstance(content, Run):
        figures: tuple[str | None, ...] = tuple(render_snippet_figures(snippet, content, language))
        missing_requirement = None
    else:
        figures = (None,) * len(snippet.get_alt_texts(language))
        missing_requirement = content.missing_requirement
    return SnippetBlock(
        snippet,
        code,
        content.output,
        figures,
        missing_requirement,
        verified_environments=verified_environments,
    )


def render_snippet_figures(snippet: Snippet, run: Run, language: str) -> Iterator[str]:
    """Yield a run's figures as blocks of HTML: the tensor pictures, then the plots.

    Raises:
        FigureError: if a figure cannot be drawn as asked.
    """
    alt_texts = iter(snippet.get_alt_texts(language))
    for drawing in snippet.drawings:
        yield render_tensor_picture(drawing, run.tensors, next(alt_texts).value)
    for number, svg in enumerate(run.plots):
        alt, id_prefix = next(alt_texts), make_id_prefix(snippet.name, number)
        yield render_plot(svg, alt.value, id_prefix, snippet.locate_line(alt.line))

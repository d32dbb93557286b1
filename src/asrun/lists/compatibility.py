"""The compatibility lists: what came of every program in every environment that ran it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from asrun.base.errors import Location
from asrun.base.text import escape_markdown
from asrun.lists.tables import render_filterable_table, render_snippet_link
from asrun.pages.page import Page
from asrun.snippets.snippet import Snippet
from asrun.verification.record import (
    RECORD_PATH,
    VERDICT_KINDS,
    Environment,
    Verdict,
    make_sort_key,
)

COMPATIBILITY_LISTS = ("environments", "differences", "compatibility")
VerdictsBySnippet = Mapping[str, Mapping[Environment, Verdict]]
_COMPATIBILITY_WORDS: Mapping[str, Mapping[str, str]] = {
    "zh": {
        "environment": "环境",
        "snippet": "程序",
        "equal": "一致",
        "different": "不同",
        "failed": "失败",
        "lacks": "缺依赖",
        "without": "缺 {}",
        "last": "最近一次：{}",
        "none": "没有。",
        "gap": "：",
        "cuda": "还没有在显卡上验证过",
        "network": "需要联网，没有运行",
    },
    "en": {
        "environment": "Environment",
        "snippet": "Program",
        "equal": "same",
        "different": "different",
        "failed": "failed",
        "lacks": "lacking",
        "without": "no {}",
        "last": "last run {}",
        "none": "None.",
        "gap": ": ",
        "cuda": "not yet proven on a GPU",
        "network": "needs the network, not run",
    },
}


def render_compatibility_list(
    name: str,
    page: Page,
    snippets: Iterable[Snippet],
    section_by_snippet: Mapping[str, str],
    verdicts_by_snippet: VerdictsBySnippet,
) -> list[tuple[str, Location]]:
    """Return the Markdown of a list.

    Args:
        name: ``environments`` (totals), ``differences`` (what is not as recorded, and why) or
            ``compatibility`` (programs × environments, the worst first).
        page: the page to show it on.
        snippets: all of them.
        shown: the section that shows each snippet, in the page's language.
        outcomes: what counts for each snippet, by its name.

    Raises:
        KeyError: if there is no such list.
    """
    shown_snippets = [snippet for snippet in snippets if snippet.name in section_by_snippet]
    environments = sorted(
        {
            e
            for verdict_by_environment in verdicts_by_snippet.values()
            for e in verdict_by_environment
        },
        key=make_sort_key,
    )
    words, location = _COMPATIBILITY_WORDS[page.language], Location(RECORD_PATH)
    if name == "environments":
        return [(row, location) for row in _render_totals(environments, verdicts_by_snippet, words)]
    if name == "differences":
        lines = [
            (text, snippet.locate_line())
            for snippet in shown_snippets
            for text in _render_differences(
                snippet, page, section_by_snippet, verdicts_by_snippet[snippet.name], words
            )
        ]
        return lines or [(words["none"], location)]
    if name == "compatibility":
        shown_snippets.sort(
            key=lambda snippet: (
                _rank_by_severity(snippet, verdicts_by_snippet[snippet.name]),
                snippet.name,
            )
        )
        header = (words["snippet"], *label_environments(environments))
        rows = [
            (
                f"| {' | '.join((render_snippet_link(snippet, page, section_by_snippet), *cells))} |",
                snippet.locate_line(),
            )
            for snippet in shown_snippets
            for cells in [_render_cells(verdicts_by_snippet[snippet.name], environments, words)]
        ]
        return render_filterable_table(page, header, rows)
    raise KeyError(name)


def label_environments(environments: Sequence[Environment]) -> list[str]:
    """Return a short name for each environment: torch's version, and more where it is needed."""
    environment_labels = []
    for environment in environments:
        label_parts = [environment.torch or f"Python {environment.python}"]
        if environment.device != "CPU":
            label_parts.append(environment.device)
        similar = [
            e
            for e in environments
            if (e.torch, e.device) == (environment.torch, environment.device)
        ]
        if len({e.python for e in similar}) > 1:
            label_parts.append(f"Python {environment.python}")
        similar = [e for e in similar if e.python == environment.python]
        if len({e.platform for e in similar}) > 1:
            label_parts.append(environment.platform)
        similar = [e for e in similar if e.platform == environment.platform]
        if len(similar) > 1:
            label_parts.append(f"torchvision {environment.torchvision or '–'}")
        environment_labels.append("<br>".join(label_parts))
    return environment_labels


def _render_totals(
    environments: Sequence[Environment],
    verdicts_by_snippet: VerdictsBySnippet,
    words: Mapping[str, str],
) -> Iterator[str]:
    kinds = ("equal", "different", "failed", "lacks")
    yield f"| {' | '.join((words['environment'], *(words[kind] for kind in kinds)))} |"
    yield f"|{'---|' * (len(kinds) + 1)}"
    for environment in environments:
        verdicts = [
            verdict_by_environment[environment]
            for verdict_by_environment in verdicts_by_snippet.values()
            if environment in verdict_by_environment
        ]
        counts = Counter(verdict.kind for verdict in verdicts)
        versions = [
            f"torch {environment.torch}" if environment.torch else "",
            f"Python {environment.python}",
        ]
        if environment.torchvision:
            versions.insert(1, f"torchvision {environment.torchvision}")
        last_run = words["last"].format(max(verdict.time for verdict in verdicts)[:10])
        name = f"{', '.join(filter(None, versions))}<br>{environment.device}, {environment.platform}<br>{last_run}"
        yield f"| {' | '.join((name, *(str(counts[kind]) for kind in kinds)))} |"


def _render_differences(
    snippet: Snippet,
    page: Page,
    section_by_snippet: Mapping[str, str],
    verdict_by_environment: Mapping[Environment, Verdict],
    words: Mapping[str, str],
) -> Iterator[str]:
    deviations = {
        e: verdict
        for e, verdict in verdict_by_environment.items()
        if verdict.kind in ("different", "failed")
    }
    for label, verdict in zip(
        label_environments(list(deviations)), deviations.values(), strict=True
    ):
        heading = f"{render_snippet_link(snippet, page, section_by_snippet)} · {label.replace('<br>', ', ')} · "
        yield f"- {heading}{words[verdict.kind]}{words['gap']}{escape_markdown(verdict.reason)}"
    if unmet_need := _find_unmet_need(snippet, verdict_by_environment):
        yield f"- {render_snippet_link(snippet, page, section_by_snippet)} · {words[unmet_need]}"


def _render_cells(
    verdict_by_environment: Mapping[Environment, Verdict],
    environments: Sequence[Environment],
    words: Mapping[str, str],
) -> Iterator[str]:
    for environment in environments:
        verdict = verdict_by_environment.get(environment)
        if verdict is None:
            yield "–"
        elif verdict.kind == "lacks":
            yield words["without"].format(verdict.reason)
        else:
            yield words[verdict.kind]


def _rank_by_severity(
    snippet: Snippet, verdict_by_environment: Mapping[Environment, Verdict]
) -> int:
    """Return what puts the worst first."""
    if _find_unmet_need(snippet, verdict_by_environment):
        return -VERDICT_KINDS.index("different")
    return -max(
        (VERDICT_KINDS.index(verdict.kind) for verdict in verdict_by_environment.values()),
        default=0,
    )


def _find_unmet_need(
    snippet: Snippet, verdict_by_environment: Mapping[Environment, Verdict]
) -> str | None:
    """Return what a program needs, if it has passed nowhere for the want of it."""
    has_passed = any(verdict.kind == "equal" for verdict in verdict_by_environment.values())
    return None if has_passed or not snippet.needs else snippet.needs[0]

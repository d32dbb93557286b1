"""The compatibility lists: what came of every program in every environment that ran it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from asrun.base.errors import Location
from asrun.base.text import escape_markdown
from asrun.lists.locations import SnippetLocations, render_snippet_link
from asrun.lists.tables import render_filterable_table
from asrun.pages.page import LocatedLines, Page
from asrun.snippets.snippet import Snippet
from asrun.verification.record import (
    RECORD_PATH,
    VERDICT_KINDS,
    Environment,
    Verdict,
    make_sort_key,
)

VerdictsBySnippet = Mapping[str, Mapping[Environment, Verdict]]  # by the snippet's name
_WORDS: Mapping[str, Mapping[str, str]] = {
    "zh": {
        "environment": "环境",
        "program": "程序",
        "equal": "一致",
        "different": "不同",
        "failed": "失败",
        "lacks": "缺依赖",
        "missing": "缺 {}",
        "last run": "最近一次：{}",
        "none": "没有。",
        "colon": "：",
        "cuda": "还没有在显卡上验证过",
        "network": "需要联网，没有运行",
    },
    "en": {
        "environment": "Environment",
        "program": "Program",
        "equal": "same",
        "different": "different",
        "failed": "failed",
        "lacks": "lacking",
        "missing": "no {}",
        "last run": "last run {}",
        "none": "None.",
        "colon": ": ",
        "cuda": "not yet proven on a GPU",
        "network": "needs the network, not run",
    },
}


def render_environments(page: Page, verdicts_by_snippet: VerdictsBySnippet) -> LocatedLines:
    """Return every environment with how many programs gave which verdict there."""
    words = _WORDS[page.language]
    kinds = ("equal", "different", "failed", "lacks")
    rows = [
        f"| {' | '.join((words['environment'], *(words[kind] for kind in kinds)))} |",
        f"|{'---|' * (len(kinds) + 1)}",
    ]
    for environment in _list_environments(verdicts_by_snippet):
        verdicts = [
            verdict_by_environment[environment]
            for verdict_by_environment in verdicts_by_snippet.values()
            if environment in verdict_by_environment
        ]
        counts = Counter(verdict.kind for verdict in verdicts)
        last_run = words["last run"].format(max(verdict.time for verdict in verdicts)[:10])
        name = f"{_describe_environment(environment)}<br>{last_run}"
        rows.append(f"| {' | '.join((name, *(str(counts[kind]) for kind in kinds)))} |")
    return [(row, Location(RECORD_PATH)) for row in rows]


def render_differences(
    page: Page,
    snippets: Iterable[Snippet],
    locations: SnippetLocations,
    verdicts_by_snippet: VerdictsBySnippet,
) -> LocatedLines:
    """Return what did not go as recorded, and why: an item for each program and environment."""
    words = _WORDS[page.language]
    lines = []
    for snippet in snippets:
        link = render_snippet_link(snippet.name, page, locations)
        verdict_by_environment = verdicts_by_snippet[snippet.name]
        items = list(_describe_differences(verdict_by_environment, words))
        if unmet_need := _find_unmet_need(snippet, verdict_by_environment):
            items.append(words[unmet_need])
        lines += [(f"- {link} · {item}", snippet.locate_line()) for item in items]
    return lines or [(words["none"], Location(RECORD_PATH))]


def render_compatibility_table(
    page: Page,
    snippets: Iterable[Snippet],
    locations: SnippetLocations,
    verdicts_by_snippet: VerdictsBySnippet,
) -> LocatedLines:
    """Return the table of programs × environments, the worst program first."""
    words = _WORDS[page.language]
    environments = _list_environments(verdicts_by_snippet)

    def rank_worst_first(snippet: Snippet) -> tuple[int, str]:
        return -_rate_severity(snippet, verdicts_by_snippet[snippet.name]), snippet.name

    rows = []
    for snippet in sorted(snippets, key=rank_worst_first):
        cells = [
            _render_verdict(verdicts_by_snippet[snippet.name].get(environment), words)
            for environment in environments
        ]
        link = render_snippet_link(snippet.name, page, locations)
        rows.append((f"| {' | '.join((link, *cells))} |", snippet.locate_line()))
    header = (words["program"], *label_environments(environments))
    return render_filterable_table(page, header, rows)


def label_environments(environments: Sequence[Environment]) -> list[str]:
    """Return a label for each environment: torch's version, and more where it is needed.

    A label may take several lines, with ``<br>`` between them.
    """
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


def _list_environments(verdicts_by_snippet: VerdictsBySnippet) -> list[Environment]:
    """Return all environments, oldest torch first."""
    environments = {
        environment
        for verdict_by_environment in verdicts_by_snippet.values()
        for environment in verdict_by_environment
    }
    return sorted(environments, key=make_sort_key)


def _describe_environment(environment: Environment) -> str:
    versions = [
        f"torch {environment.torch}" if environment.torch else "",
        f"torchvision {environment.torchvision}" if environment.torchvision else "",
        f"Python {environment.python}",
    ]
    return f"{', '.join(filter(None, versions))}<br>{environment.device}, {environment.platform}"


def _describe_differences(
    verdict_by_environment: Mapping[Environment, Verdict], words: Mapping[str, str]
) -> Iterator[str]:
    """Yield where a program printed or drew something else, or failed, and why."""
    differences = {
        environment: verdict
        for environment, verdict in verdict_by_environment.items()
        if verdict.kind in ("different", "failed")
    }
    labels = label_environments(list(differences))
    for label, verdict in zip(labels, differences.values(), strict=True):
        environment_name, reason = label.replace("<br>", ", "), escape_markdown(verdict.reason)
        yield f"{environment_name} · {words[verdict.kind]}{words['colon']}{reason}"


def _render_verdict(verdict: Verdict | None, words: Mapping[str, str]) -> str:
    if verdict is None:
        return "–"
    if verdict.kind == "lacks":
        return words["missing"].format(verdict.reason)
    return words[verdict.kind]


def _rate_severity(snippet: Snippet, verdict_by_environment: Mapping[Environment, Verdict]) -> int:
    """Return how bad a program's worst verdict is; a need that is met nowhere is a difference."""
    if _find_unmet_need(snippet, verdict_by_environment):
        return VERDICT_KINDS.index("different")
    return max(
        (VERDICT_KINDS.index(verdict.kind) for verdict in verdict_by_environment.values()),
        default=0,
    )


def _find_unmet_need(
    snippet: Snippet, verdict_by_environment: Mapping[Environment, Verdict]
) -> str | None:
    """Return what a program needs, if no environment that has it has run it as recorded."""
    has_passed = any(verdict.kind == "equal" for verdict in verdict_by_environment.values())
    return None if has_passed or not snippet.needs else snippet.needs[0]

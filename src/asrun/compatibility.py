"""The compatibility lists: what came of every program in every environment that ran it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from asrun.errors import Place
from asrun.page import Page
from asrun.reference import filtered, link, plain
from asrun.snippet import Snippet
from asrun.verified import PATH, VERDICTS, Environment, Verdict, order

LISTS = ("environments", "differences", "compatibility")

Outcomes = Mapping[str, Mapping[Environment, Verdict]]

_WORDS: Mapping[str, Mapping[str, str]] = {
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


def lines_of(
    name: str,
    page: Page,
    snippets: Iterable[Snippet],
    shown: Mapping[str, str],
    outcomes: Outcomes,
) -> list[tuple[str, Place]]:
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
    found = [snippet for snippet in snippets if snippet.name in shown]
    environments = sorted({e for runs in outcomes.values() for e in runs}, key=order)
    words, here = _WORDS[page.language], Place(PATH)
    if name == "environments":
        return [(row, here) for row in _totals(environments, outcomes, words)]
    if name == "differences":
        lines = [
            (text, snippet.place())
            for snippet in found
            for text in _reasons(snippet, page, shown, outcomes[snippet.name], words)
        ]
        return lines or [(words["none"], here)]
    if name == "compatibility":
        found.sort(key=lambda snippet: (_aside(snippet, outcomes[snippet.name]), snippet.name))
        head = (words["snippet"], *labels(environments))
        rows = [
            (f"| {' | '.join((link(snippet, page, shown), *cells))} |", snippet.place())
            for snippet in found
            for cells in [_cells(outcomes[snippet.name], environments, words)]
        ]
        return filtered(page, head, rows)
    raise KeyError(name)


def labels(environments: Sequence[Environment]) -> list[str]:
    """Return a short name for each environment: torch's version, and more where it is needed."""
    found = []
    for one in environments:
        name = [one.torch or f"Python {one.python}"]
        if one.device != "CPU":
            name.append(one.device)
        alike = [e for e in environments if (e.torch, e.device) == (one.torch, one.device)]
        if len({e.python for e in alike}) > 1:
            name.append(f"Python {one.python}")
        alike = [e for e in alike if e.python == one.python]
        if len({e.platform for e in alike}) > 1:
            name.append(one.platform)
        alike = [e for e in alike if e.platform == one.platform]
        if len(alike) > 1:
            name.append(f"torchvision {one.torchvision or '–'}")
        found.append("<br>".join(name))
    return found


def _totals(
    environments: Sequence[Environment], outcomes: Outcomes, words: Mapping[str, str]
) -> Iterator[str]:
    kinds = ("equal", "different", "failed", "lacks")
    yield f"| {' | '.join((words['environment'], *(words[kind] for kind in kinds)))} |"
    yield f"|{'---|' * (len(kinds) + 1)}"
    for one in environments:
        verdicts = [runs[one] for runs in outcomes.values() if one in runs]
        counts = Counter(verdict.kind for verdict in verdicts)
        versions = [f"torch {one.torch}" if one.torch else "", f"Python {one.python}"]
        if one.torchvision:
            versions.insert(1, f"torchvision {one.torchvision}")
        last = words["last"].format(max(verdict.at for verdict in verdicts)[:10])
        name = f"{', '.join(filter(None, versions))}<br>{one.device}, {one.platform}<br>{last}"
        yield f"| {' | '.join((name, *(str(counts[kind]) for kind in kinds)))} |"


def _reasons(
    snippet: Snippet,
    page: Page,
    shown: Mapping[str, str],
    runs: Mapping[Environment, Verdict],
    words: Mapping[str, str],
) -> Iterator[str]:
    bad = {e: verdict for e, verdict in runs.items() if verdict.kind in ("different", "failed")}
    for label, verdict in zip(labels(list(bad)), bad.values(), strict=True):
        name = f"{link(snippet, page, shown)} · {label.replace('<br>', ', ')} · "
        yield f"- {name}{words[verdict.kind]}{words['gap']}{plain(verdict.why)}"
    if need := _unproven(snippet, runs):
        yield f"- {link(snippet, page, shown)} · {words[need]}"


def _cells(
    runs: Mapping[Environment, Verdict],
    environments: Sequence[Environment],
    words: Mapping[str, str],
) -> Iterator[str]:
    for one in environments:
        verdict = runs.get(one)
        if verdict is None:
            yield "–"
        elif verdict.kind == "lacks":
            yield words["without"].format(verdict.why)
        else:
            yield words[verdict.kind]


def _aside(snippet: Snippet, runs: Mapping[Environment, Verdict]) -> int:
    """Return what puts the worst first."""
    if _unproven(snippet, runs):
        return -VERDICTS.index("different")
    return -max((VERDICTS.index(verdict.kind) for verdict in runs.values()), default=0)


def _unproven(snippet: Snippet, runs: Mapping[Environment, Verdict]) -> str | None:
    """Return what a program needs, if it has passed nowhere for the want of it."""
    passed = any(verdict.kind == "equal" for verdict in runs.values())
    return None if passed or not snippet.needs else snippet.needs[0]

"""Parity: a page says the same things, in the same order, in both languages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest

from asrun.errors import PageError
from asrun.page import Outline, Page, outline

NUMBER = re.compile(r"\d+(?:\.\d+)*", re.ASCII)
_BAR = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True)
class Cell:
    """A table's cell: its line, the row's column of characters that it begins at, its text."""

    line: int
    column: int
    text: str


def cells(page: Page) -> Iterator[Cell]:
    """Yield the cells of a page's tables, in order.

    Raises:
        PageError: for a fence that is never closed.
    """
    inside = {n for f in outline(page).fences for n in range(f.line, f.line + len(f.body) + 2)}
    for number, line in enumerate(page.source.splitlines(), 1):
        if not line.startswith("|") or number in inside:
            continue
        bars = [bar.start() for bar in _BAR.finditer(line)]
        for bar, end in zip(bars, [*bars[1:], len(line)], strict=True):
            if text := line[bar + 1 : end]:
                yield Cell(number, bar + 1, text)


def missing(pages: Iterable[Page]) -> list[PageError]:
    """Return the pages that exist in one language only."""
    by_uri: dict[str, dict[str, Page]] = {}
    for page in pages:
        by_uri.setdefault(page.uri, {})[page.language] = page
    found = []
    for versions in by_uri.values():
        for language, other in (("zh", "en"), ("en", "zh")):
            if language in versions and other not in versions:
                page = versions[language]
                found.append(
                    PageError(
                        page.place(),
                        f"no counterpart docs/{other}/{page.uri}",
                        "Write it, or delete this one: a page is in both languages or in none.",
                    )
                )
    return found


def compare(zh: Page, en: Page) -> list[PageError]:
    """Return where a pair of pages differs in its headings, blocks, links or tables.

    The first difference of each kind is told: what follows it is mostly its echo.
    """
    chinese, english = outline(zh), outline(en)
    found = []
    for kind, items in _comparable(zh, chinese).items():
        others = _comparable(en, english)[kind]
        for mine, theirs in zip_longest(items, others):
            if mine is None or theirs is None or mine[0] != theirs[0]:
                found.append(_difference(kind, zh, mine, en, theirs))
                break
    if not any(error.what.startswith("table row") for error in found):
        found += _other_numbers(zh, en)
    return found


def _other_numbers(zh: Page, en: Page) -> Iterator[PageError]:
    """Yield the first table cell whose numbers are others in the other language, in any order.

    Numbers in words say what they like: a language may write `two` where the other has 两.
    """
    for mine, theirs in zip(cells(zh), cells(en), strict=False):
        here, there = (Counter(NUMBER.findall(cell.text)) for cell in (mine, theirs))
        if here != there:
            yield PageError(
                zh.place(mine.line),
                f"a table cell says `{mine.text.strip()}` here, "
                f"`{theirs.text.strip()}` at {en.place(theirs.line)}: the numbers differ",
                "Give the same numbers in both languages, in digits.",
            )
            return


_Item = tuple[str, int]


def _comparable(page: Page, parts: Outline) -> Mapping[str, list[_Item]]:
    rows = [
        (f"{line.count('|')} bars", number)
        for number, line in enumerate(page.source.splitlines(), 1)
        if line.startswith("|")
    ]
    return {
        "heading": [(f"{'#' * h.level} #{h.id or ''}", h.line) for h in parts.headings],
        "block": [(f.includes or "\n".join((f.info, *f.body)), f.line) for f in parts.fences],
        "list": [(mark.name, mark.line) for mark in parts.lists],
        "link": [(link.target, link.line) for link in parts.links],
        "table row": rows,
    }


def _difference(
    kind: str, zh: Page, mine: _Item | None, en: Page, theirs: _Item | None
) -> PageError:
    page, item, other = (zh, mine, en) if mine else (en, theirs, zh)
    assert item is not None
    counterpart = theirs if mine else None
    says = (
        f"`{_first(counterpart[0])}` at {other.place(counterpart[1])}"
        if counterpart
        else f"none in {other.path}"
    )
    return PageError(
        page.place(item[1]),
        f"{kind} `{_first(item[0])}` here, {says}",
        "Say the same things in the same order in both languages.",
    )


def _first(text: str) -> str:
    return text.partition("\n")[0]

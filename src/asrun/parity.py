"""Parity: a page says the same things, in the same order, in both languages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import zip_longest

from asrun.errors import PageError
from asrun.page import Outline, Page, outline


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
    return found


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

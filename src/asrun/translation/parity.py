"""Parity: a page says the same things, in the same order, in both languages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest

from asrun.base.errors import PageError
from asrun.base.languages import get_other_language
from asrun.pages.page import Page, PageStructure, parse_page

NUMBER = re.compile(r"\d+(?:\.\d+)*", re.ASCII)
_TABLE_BAR = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True)
class TableCell:
    """A table's cell: its line, the row's column of characters that it begins at, its text."""

    line: int
    column: int
    text: str


def parse_table_cells(page: Page) -> Iterator[TableCell]:
    """Yield the cells of a page's tables, in order.

    Raises:
        PageError: for a fence that is never closed.
    """
    fenced_lines = {number for fence in parse_page(page).fences for number in fence.line_numbers}
    for number, line in enumerate(page.source.splitlines(), 1):
        if not line.startswith("|") or number in fenced_lines:
            continue
        bars = [bar.start() for bar in _TABLE_BAR.finditer(line)]
        for bar, end in zip(bars, [*bars[1:], len(line)], strict=True):
            if text := line[bar + 1 : end]:
                yield TableCell(number, bar + 1, text)


def find_untranslated_pages(pages: Iterable[Page]) -> list[PageError]:
    """Return the pages that exist in one language only."""
    by_uri: dict[str, dict[str, Page]] = {}
    for page in pages:
        by_uri.setdefault(page.uri, {})[page.language] = page
    errors = []
    for versions in by_uri.values():
        for language, page in versions.items():
            missing_language = get_other_language(language)
            if missing_language not in versions:
                errors.append(
                    PageError(
                        page.locate_line(),
                        f"no counterpart docs/{missing_language}/{page.uri}",
                        "Write it, or delete this one: a page is in both languages or in none.",
                    )
                )
    return errors


def compare_translations(zh: Page, en: Page) -> list[PageError]:
    """Return where a pair of pages differs in its headings, blocks, links or tables.

    The first difference of each kind is told: what follows it is mostly its echo.
    """
    zh_structure, en_structure = parse_page(zh), parse_page(en)
    errors = []
    for kind, zh_items in _list_compared_items(zh, zh_structure).items():
        en_items = _list_compared_items(en, en_structure)[kind]
        for zh_item, en_item in zip_longest(zh_items, en_items):
            if zh_item is None or en_item is None or zh_item[0] != en_item[0]:
                errors.append(_make_difference_error(kind, zh, zh_item, en, en_item))
                break
    if not any(error.message.startswith("table row") for error in errors):
        errors += _find_differing_numbers(zh, en)
    return errors


def _find_differing_numbers(zh: Page, en: Page) -> Iterator[PageError]:
    """Yield the first table cell whose numbers are others in the other language, in any order.

    Numbers in words say what they like: a language may write `two` where the other has 两.
    """
    for zh_cell, en_cell in zip(parse_table_cells(zh), parse_table_cells(en), strict=False):
        zh_numbers, en_numbers = (Counter(NUMBER.findall(cell.text)) for cell in (zh_cell, en_cell))
        if zh_numbers != en_numbers:
            yield PageError(
                zh.locate_line(zh_cell.line),
                f"a table cell says `{zh_cell.text.strip()}` here, "
                f"`{en_cell.text.strip()}` at {en.locate_line(en_cell.line)}: the numbers differ",
                "Give the same numbers in both languages, in digits.",
            )
            return


_ComparedItem = tuple[str, int]


def _list_compared_items(page: Page, structure: PageStructure) -> Mapping[str, list[_ComparedItem]]:
    rows = [
        (f"{line.count('|')} bars", number)
        for number, line in enumerate(page.source.splitlines(), 1)
        if line.startswith("|")
    ]
    return {
        "heading": [(f"{'#' * h.level} #{h.id or ''}", h.line) for h in structure.headings],
        "block": [
            (f.included_snippet or "\n".join((f.info, *f.body)), f.line) for f in structure.fences
        ],
        "list": [(mark.name, mark.line) for mark in structure.lists],
        "link": [(link.target, link.line) for link in structure.links],
        "table row": rows,
    }


def _make_difference_error(
    kind: str, zh: Page, zh_item: _ComparedItem | None, en: Page, en_item: _ComparedItem | None
) -> PageError:
    page, item, other_page = (zh, zh_item, en) if zh_item else (en, en_item, zh)
    assert item is not None
    other_item = en_item if zh_item else None
    counterpart_text = (
        f"`{_get_first_line(other_item[0])}` at {other_page.locate_line(other_item[1])}"
        if other_item
        else f"none in {other_page.path}"
    )
    return PageError(
        page.locate_line(item[1]),
        f"{kind} `{_get_first_line(item[0])}` here, {counterpart_text}",
        "Say the same things in the same order in both languages.",
    )


def _get_first_line(text: str) -> str:
    return text.partition("\n")[0]

"""Parity: what must be the same, in the same order, in both languages of a page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from typing import NamedTuple

from asrun.base.errors import PageError
from asrun.base.languages import get_other_language
from asrun.pages.page import Page, parse_page

NUMBER_PATTERN = re.compile(r"\d+(?:\.\d+)*", re.ASCII)
_TABLE_BAR = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True)
class TableCell:
    """A table's cell: its line, where in that line its text begins, its text."""

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
    """Return where a pair of pages differs in its headings, blocks, lists, links or tables.

    Of each kind it is the first difference: those that follow mostly come from it.

    Raises:
        PageError: for a fence that is never closed.
    """
    zh_items_by_kind, en_items_by_kind = _list_compared_items(zh), _list_compared_items(en)
    errors = {}
    for kind, zh_items in zh_items_by_kind.items():
        for zh_item, en_item in zip_longest(zh_items, en_items_by_kind[kind]):
            if zh_item is None or en_item is None or zh_item.text != en_item.text:
                errors[kind] = _make_difference_error(kind, zh, zh_item, en, en_item)
                break
    if "table row" in errors:
        return list(errors.values())
    return [*errors.values(), *_find_differing_numbers(zh, en)]


def _find_differing_numbers(zh: Page, en: Page) -> Iterator[PageError]:
    """Yield the first table cell with other numbers than its counterpart; their order is free.

    Numbers that are written as words are not compared.
    """
    for zh_cell, en_cell in zip(parse_table_cells(zh), parse_table_cells(en), strict=False):
        zh_numbers, en_numbers = (
            Counter(NUMBER_PATTERN.findall(cell.text)) for cell in (zh_cell, en_cell)
        )
        if zh_numbers != en_numbers:
            yield PageError(
                zh.locate_line(zh_cell.line),
                f"a table cell says `{zh_cell.text.strip()}` here, "
                f"`{en_cell.text.strip()}` at {en.locate_line(en_cell.line)}: the numbers differ",
                "Give the same numbers in both languages, in digits.",
            )
            return


class _ComparedItem(NamedTuple):
    """Something that both languages must have: the text that must be the same, and its line."""

    text: str
    line: int


def _list_compared_items(page: Page) -> Mapping[str, list[_ComparedItem]]:
    """Return what is compared on a page, in order, by its kind."""
    structure = parse_page(page)
    rows = [
        _ComparedItem(f"{line.count('|')} bars", number)
        for number, line in enumerate(page.source.splitlines(), 1)
        if line.startswith("|")
    ]
    return {
        "heading": [
            _ComparedItem(f"{'#' * h.level} #{h.id or ''}", h.line) for h in structure.headings
        ],
        "block": [
            _ComparedItem(f.included_snippet or "\n".join((f.info, *f.body)), f.line)
            for f in structure.fences
        ],
        "list": [_ComparedItem(mark.name, mark.line) for mark in structure.lists],
        "link": [_ComparedItem(link.target, link.line) for link in structure.links],
        "table row": rows,
    }


def _make_difference_error(
    kind: str, zh: Page, zh_item: _ComparedItem | None, en: Page, en_item: _ComparedItem | None
) -> PageError:
    page, item, other_page = (zh, zh_item, en) if zh_item else (en, en_item, zh)
    assert item is not None
    other_item = en_item if zh_item else None
    counterpart = f"none in {other_page.path}"
    if other_item:
        location = other_page.locate_line(other_item.line)
        counterpart = f"`{_get_first_line(other_item.text)}` at {location}"
    return PageError(
        page.locate_line(item.line),
        f"{kind} `{_get_first_line(item.text)}` here, {counterpart}",
        "Say the same things in the same order in both languages.",
    )


def _get_first_line(text: str) -> str:
    return text.partition("\n")[0]

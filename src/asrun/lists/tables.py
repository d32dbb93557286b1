"""TODO docstring."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from asrun.base.errors import Location, PageError
from asrun.pages.page import Page, parse_page
from asrun.snippets.snippet import Snippet

TABLE_WORDS: Mapping[str, Mapping[str, str]] = {
    "zh": {
        "name": "名字",
        "shown": "用到它的程序",
        "snippet": "程序",
        "filter": "筛选",
        "zh": "中文",
        "en": "英文",
        "about": "指什么",
    },
    "en": {
        "name": "Name",
        "shown": "Programs that use it",
        "snippet": "Program",
        "filter": "Filter",
        "zh": "Chinese",
        "en": "English",
        "about": "What it is",
    },
}


def render_filterable_table(
    page: Page, header: Sequence[str], rows: Iterable[tuple[str, Location]]
) -> list[tuple[str, Location]]:
    """Return a table that one can filter; each row has the place that it comes from."""
    location, label = page.locate_line(), TABLE_WORDS[page.language]["filter"]
    return [
        (f'<div class="filter" data-label="{label}" markdown="1">', location),
        ("", location),
        (f"| {' | '.join(header)} |", location),
        (f"|{'---|' * len(header)}", location),
        *rows,
        ("", location),
        ("</div>", location),
    ]


def render_snippet_link(snippet: Snippet, page: Page, section_by_snippet: Mapping[str, str]) -> str:
    """Return a link to where a page's language shows a snippet."""
    path, separator, fragment = section_by_snippet[snippet.name].partition("#")
    target = posixpath.relpath(path, posixpath.dirname(page.uri) or ".") + separator + fragment
    return f"[`{PurePosixPath(snippet.name).stem}`]({target})"


@dataclass(frozen=True)
class SnippetLocations:
    """Where one language's pages show each snippet (``tensors/joining.md#cat``); all titles."""

    section_by_snippet: Mapping[str, str]
    title_by_section: Mapping[str, str]


def locate_snippets(pages: Sequence[Page]) -> SnippetLocations:
    """Read the pages; a snippet that stands on several is told where its own chapter shows it."""
    sections_by_snippet: dict[str, list[str]] = {}
    title_by_section: dict[str, str] = {}
    for page in pages:
        try:
            structure = parse_page(page)
        except PageError:
            continue
        title_by_section |= {f"{page.uri}#{h.id}": h.title for h in structure.headings if h.id}
        for fence in structure.fences:
            if fence.included_snippet:
                ids_above = [h.id for h in structure.headings if h.line < fence.line and h.id]
                uri = f"{page.uri}#{ids_above[-1]}" if ids_above else page.uri
                sections_by_snippet.setdefault(fence.included_snippet, []).append(uri)
    return SnippetLocations(
        {
            name: min(uris, key=_make_section_rank(name))
            for name, uris in sections_by_snippet.items()
        },
        title_by_section,
    )


def _make_section_rank(name: str) -> Callable[[str], tuple[bool, bool]]:
    folder = f"{PurePosixPath(name).parent}/"
    return lambda uri: (not uri.startswith(folder), "summary" in uri)

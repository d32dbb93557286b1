"""Two lists made from the snippets themselves: the torch names that they use, and all of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from asrun.base.text import escape_markdown
from asrun.lists.documentation import get_documentation_url
from asrun.lists.locations import SnippetLocations, render_snippet_link
from asrun.lists.tables import render_filterable_table
from asrun.pages.page import LocatedLines, Page
from asrun.snippets.snippet import Snippet

_MAX_PROGRAMS_PER_NAME = 6
_COLUMN_TITLES: Mapping[str, Mapping[str, str]] = {
    "zh": {"name": "名字", "programs": "用到它的程序", "program": "程序"},
    "en": {"name": "Name", "programs": "Programs that use it", "program": "Program"},
}


def render_api_index(
    page: Page, snippets: Iterable[Snippet], locations: SnippetLocations
) -> LocatedLines:
    """Return every torch and torchvision name that a program uses, with the programs that do."""
    users_by_name: dict[str, list[Snippet]] = {}
    for snippet in snippets:
        for name in snippet.torch_names:
            users_by_name.setdefault(name, []).append(snippet)
    rows = []
    for name in sorted(users_by_name, key=str.lower):
        users = users_by_name[name]
        programs = _render_program_links(name, users, page, locations)
        row = f"| [`{name}`]({get_documentation_url(name)}) | {programs} |"
        rows.append((row, users[0].locate_line()))
    titles = _COLUMN_TITLES[page.language]
    return render_filterable_table(page, (titles["name"], titles["programs"]), rows)


def render_snippet_index(
    page: Page, snippets: Iterable[Snippet], locations: SnippetLocations
) -> LocatedLines:
    """Return every program with its summary."""
    rows = []
    for snippet in snippets:
        summary = escape_markdown(snippet.summary[page.language])
        link = render_snippet_link(snippet.name, page, locations)
        rows.append((f"| {summary} | {link} |", snippet.locate_line()))
    titles = _COLUMN_TITLES[page.language]
    return render_filterable_table(page, (titles["program"], titles["name"]), rows)


def _render_program_links(
    name: str, users: list[Snippet], page: Page, locations: SnippetLocations
) -> str:
    """Return links to the programs that use a name: not all, and those that are about it first."""
    last_part = name.rpartition(".")[2]

    def rank_by_relevance(snippet: Snippet) -> tuple[bool, int]:
        words = f"{snippet.name} {snippet.summary['en']} {snippet.summary['zh']}"
        return last_part not in words, len(snippet.torch_names)

    links = [
        render_snippet_link(snippet.name, page, locations)
        for snippet in sorted(users, key=rank_by_relevance)
    ]
    remaining_count = len(links) - _MAX_PROGRAMS_PER_NAME
    remainder = [f"+{remaining_count}"] if remaining_count > 0 else []
    return " ".join((*links[:_MAX_PROGRAMS_PER_NAME], *remainder))

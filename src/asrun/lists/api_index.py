"""TODO docstring."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from asrun.base.errors import Location
from asrun.base.text import escape_markdown
from asrun.lists.documentation import get_documentation_url
from asrun.lists.tables import render_snippet_link
from asrun.pages.page import Page
from asrun.snippets.snippet import Snippet

MAX_PROGRAMS_PER_NAME = 6  # programs listed for one name


def render_api_rows(
    snippets: Iterable[Snippet], page: Page, section_by_snippet: Mapping[str, str]
) -> list[tuple[str, Location]]:
    users_by_name: dict[str, list[Snippet]] = {}
    for snippet in snippets:
        for name in snippet.torch_names:
            users_by_name.setdefault(name, []).append(snippet)
    return [
        (
            f"| [`{name}`]({get_documentation_url(name)}) | {_render_program_links(name, users_by_name[name], page, section_by_snippet)} |",
            users_by_name[name][0].locate_line(),
        )
        for name in sorted(users_by_name, key=str.lower)
    ]


def _render_program_links(
    name: str, users: list[Snippet], page: Page, section_by_snippet: Mapping[str, str]
) -> str:
    """Link the programs that are about a name before those that only use it, and not all."""
    last_part = name.rpartition(".")[2]

    def rank_by_relevance(snippet: Snippet) -> tuple[bool, int]:
        words = f"{snippet.name} {snippet.summary['en']} {snippet.summary['zh']}"
        return last_part not in words, len(snippet.torch_names)

    links = [
        render_snippet_link(snippet, page, section_by_snippet)
        for snippet in sorted(users, key=rank_by_relevance)
    ]
    remainder = (
        [f"+{len(links) - MAX_PROGRAMS_PER_NAME}"] if len(links) > MAX_PROGRAMS_PER_NAME else []
    )
    return " ".join((*links[:MAX_PROGRAMS_PER_NAME], *remainder))


def render_snippet_rows(
    snippets: Iterable[Snippet], page: Page, section_by_snippet: Mapping[str, str]
) -> list[tuple[str, Location]]:
    return [
        (
            f"| {escape_markdown(snippet.summary[page.language])} | {render_snippet_link(snippet, page, section_by_snippet)} |",
            snippet.locate_line(),
        )
        for snippet in snippets
    ]

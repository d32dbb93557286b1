"""Where the pages of a language show each snippet, and links that lead there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from asrun.base.errors import PageError
from asrun.pages.page import Page, parse_page
from asrun.pages.urls import make_relative_link


@dataclass(frozen=True)
class SnippetLocations:
    """Where one language's pages show the snippets.

    ``section_by_snippet`` has a snippet's section by its name (``tensors/joining.md#cat``);
    ``title_by_section`` has all sections of all pages.
    """

    section_by_snippet: Mapping[str, str]
    title_by_section: Mapping[str, str]


def locate_snippets(pages: Sequence[Page]) -> SnippetLocations:
    """Return where some pages, of one language, show the snippets.

    A snippet that stands on several pages is located on one of its own chapter, which is no
    summary if there is another.
    """
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
                section = f"{page.uri}#{ids_above[-1]}" if ids_above else page.uri
                sections_by_snippet.setdefault(fence.included_snippet, []).append(section)
    section_by_snippet = {
        name: min(sections, key=lambda section: _rank_section(section, name))
        for name, sections in sections_by_snippet.items()
    }
    return SnippetLocations(section_by_snippet, title_by_section)


def _rank_section(section: str, snippet_name: str) -> tuple[bool, bool]:
    """Return what sorts the section that shows a snippet best before the others."""
    chapter = PurePosixPath(snippet_name).parent
    return not section.startswith(f"{chapter}/"), "summary" in section


def render_snippet_link(name: str, page: Page, locations: SnippetLocations) -> str:
    """Return a link from a page to where its language shows a snippet."""
    target = make_relative_link(locations.section_by_snippet[name], page)
    return f"[`{PurePosixPath(name).stem}`]({target})"

"""TODO docstring."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from asrun.base.errors import Location
from asrun.lists.api_index import render_api_rows, render_snippet_rows
from asrun.lists.glossary import GLOSSARY_PATH, Glossary
from asrun.lists.tables import TABLE_WORDS, render_filterable_table
from asrun.pages.page import Page
from asrun.snippets.snippet import Snippet


def render_reference_list(
    name: str,
    page: Page,
    snippets: Iterable[Snippet],
    section_by_snippet: Mapping[str, str],
    glossary: Glossary,
) -> list[tuple[str, Location]]:
    """Return the Markdown of a list, each line with the place that it comes from.

    Args:
        name: ``api``, ``snippets`` or ``glossary``.
        page: the page to show it on.
        snippets: all of them.
        shown: the section that shows each snippet, in the page's language.
        glossary: the terms.

    Raises:
        KeyError: if there is no such list.
    """
    words = TABLE_WORDS[page.language]
    shown_snippets = [snippet for snippet in snippets if snippet.name in section_by_snippet]
    header: tuple[str, ...]
    if name == "api":
        header, rows = (
            (words["name"], words["shown"]),
            render_api_rows(shown_snippets, page, section_by_snippet),
        )
    elif name == "snippets":
        header, rows = (
            (words["snippet"], words["name"]),
            render_snippet_rows(shown_snippets, page, section_by_snippet),
        )
    elif name == "glossary":
        header = (words["zh"], words["en"], words["about"])
        rows = [
            (f"| {t.zh} | {t.en} | {t.meaning[page.language]} |", Location(GLOSSARY_PATH, t.line))
            for t in glossary
        ]
    else:
        raise KeyError(name)
    return render_filterable_table(page, header, rows)

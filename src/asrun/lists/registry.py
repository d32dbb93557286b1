"""The registry: every list that a page can show, by the name that it is asked for with.

A page asks for a list with ``<!-- list: NAME -->``. A list by chapters has its kind and the chapter
for a name: ``blocks tensors``. To add a list, write what renders it and add its kind to
`LIST_KINDS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from asrun.base.errors import PageError
from asrun.lists.api_index import render_api_index, render_snippet_index
from asrun.lists.compatibility import (
    VerdictsBySnippet,
    render_compatibility_table,
    render_differences,
    render_environments,
)
from asrun.lists.glossary import Glossary, render_glossary
from asrun.lists.locations import SnippetLocations
from asrun.lists.original import OriginalDocument
from asrun.lists.original_lists import (
    list_block_anchors,
    list_block_chapters,
    list_erratum_anchors,
    list_erratum_chapters,
    render_blocks,
    render_errata,
    render_statuses,
)
from asrun.pages.page import DataList, LocatedLines, Page
from asrun.snippets.snippet import Snippet


@dataclass(frozen=True)
class ListContext:
    """What the lists on a page are made from.

    ``snippets`` are those that the pages of its language show, and ``locations`` says where;
    ``verdicts_by_snippet`` has what came of all snippets, also of those that no page shows.
    """

    page: Page
    snippets: Sequence[Snippet]
    locations: SnippetLocations
    verdicts_by_snippet: VerdictsBySnippet
    glossary: Glossary
    original: OriginalDocument


@dataclass(frozen=True)
class ListKind:
    """A kind of list.

    Attributes:
        render: returns the list's lines; its second argument is the chapter, or empty.
        find_chapters: returns the chapters that have a list of this kind; None for a list that is
            about no chapter.
        find_anchors: returns the ids that the list about a chapter puts on its page.
    """

    render: Callable[[ListContext, str], LocatedLines]
    find_chapters: Callable[[OriginalDocument], Sequence[str]] | None = None
    find_anchors: Callable[[OriginalDocument, str], Sequence[str]] = lambda original, chapter: ()


LIST_KINDS: Mapping[str, ListKind] = {
    "api": ListKind(lambda c, _: render_api_index(c.page, c.snippets, c.locations)),
    "snippets": ListKind(lambda c, _: render_snippet_index(c.page, c.snippets, c.locations)),
    "glossary": ListKind(lambda c, _: render_glossary(c.page, c.glossary)),
    "environments": ListKind(lambda c, _: render_environments(c.page, c.verdicts_by_snippet)),
    "differences": ListKind(
        lambda c, _: render_differences(c.page, c.snippets, c.locations, c.verdicts_by_snippet)
    ),
    "compatibility": ListKind(
        lambda c, _: render_compatibility_table(
            c.page, c.snippets, c.locations, c.verdicts_by_snippet
        )
    ),
    "statuses": ListKind(lambda c, _: render_statuses(c.page, c.original)),
    "blocks": ListKind(
        lambda c, chapter: render_blocks(c.page, c.original, c.locations, chapter),
        list_block_chapters,
        list_block_anchors,
    ),
    "errata": ListKind(
        lambda c, chapter: render_errata(c.page, c.original, c.locations, chapter),
        list_erratum_chapters,
        list_erratum_anchors,
    ),
}


def render_list(data_list: DataList, context: ListContext) -> LocatedLines:
    """Return the Markdown of a list, each line with where it comes from.

    Raises:
        PageError: if there is no list of this name.
    """
    for error in find_list_problems(context.page, [data_list], context.original):
        raise error
    kind, chapter = _split_list_name(data_list.name)
    return LIST_KINDS[kind].render(context, chapter)


def list_anchors(name: str, original: OriginalDocument) -> Sequence[str]:
    """Return the ids that a list puts on its page; none if there is no list of this name."""
    kind, chapter = _split_list_name(name)
    return LIST_KINDS[kind].find_anchors(original, chapter) if kind in LIST_KINDS else ()


def find_list_problems(
    page: Page, data_lists: Iterable[DataList], original: OriginalDocument
) -> Iterator[PageError]:
    """Yield the lists that a page asks for and that do not exist."""
    names = [
        f"{kind} {chapter}".strip()
        for kind, list_kind in LIST_KINDS.items()
        for chapter in (list_kind.find_chapters(original) if list_kind.find_chapters else ("",))
    ]
    for data_list in data_lists:
        if data_list.name not in names:
            yield PageError(
                page.locate_line(data_list.line),
                f"no list `{data_list.name}`",
                f"Mend its name; there are: {', '.join(names)}.",
            )


def _split_list_name(name: str) -> tuple[str, str]:
    """Return the kind and the chapter of a list; the chapter is empty if there is none."""
    kind, _, chapter = name.partition(" ")
    return kind, chapter

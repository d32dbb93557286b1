"""The rules of a page by itself: Python is included, headings have ids, there is one title."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from asrun.base.errors import PageError
from asrun.pages.page import INCLUDE_PATTERN, INTRO_ID, Page, PageStructure, parse_page


def find_page_problems(page: Page) -> list[PageError]:
    """Return what is wrong with a page, whatever the rest of the project holds."""
    try:
        structure = parse_page(page)
    except PageError as error:
        return [error]
    return [*_check_fences(page, structure), *_check_headings(page, structure)]


def _check_fences(page: Page, structure: PageStructure) -> Iterator[PageError]:
    for fence in structure.fences:
        location = page.locate_line(fence.line)
        if fence.is_python and fence.included_snippet is None and fence.not_run_reason is None:
            yield PageError(
                location,
                f"a Python block that no run has proven (fence `{fence.info}`)",
                'Move the code to snippets/ and include it: a fence "python" whose only line '
                'is --8<-- "CHAPTER/NAME.py". If it cannot run, say why on the line above: '
                "<!-- not run: REASON -->.",
            )
        elif not fence.is_python and any(INCLUDE_PATTERN.match(line) for line in fence.body):
            yield PageError(
                location,
                f"an include in a fence `{fence.info}`",
                "Its info string must be exactly `python`.",
            )


def _check_headings(page: Page, structure: PageStructure) -> Iterator[PageError]:
    headings_by_id = Counter(heading.id for heading in structure.headings if heading.id)
    for heading in structure.headings:
        location = page.locate_line(heading.line)
        if heading.level > 1 and heading.id is None:
            yield PageError(
                location,
                f"heading `{heading.title}` has no id",
                "Add one, the same in both languages: `## Title { #name }`.",
            )
        if heading.id == INTRO_ID:
            yield PageError(
                location,
                f"the id `{INTRO_ID}` is that of the part above the first section",
                "Give the heading another.",
            )
        if heading.id and headings_by_id[heading.id] > 1:
            yield PageError(
                location,
                f"the id `{heading.id}` stands on more than one heading",
                "Give each heading its own.",
            )
    if sum(heading.level == 1 for heading in structure.headings) != 1:
        yield PageError(page.locate_line(), "not exactly one title", "A page has one `# Title`.")

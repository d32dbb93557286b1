"""The rules of a page by itself: its front matter, fences, Markdown, headings, its one title."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from asrun.base.errors import PageError
from asrun.pages.fence_rules import find_fence_problems
from asrun.pages.front_matter import find_front_matter_problems
from asrun.pages.markdown_rules import find_markdown_problems
from asrun.pages.page import INTRO_ID, Page, PageStructure, parse_page


def find_page_problems(page: Page) -> list[PageError]:
    """Return what is wrong with a page, whatever the rest of the project holds."""
    try:
        structure = parse_page(page)
    except PageError as error:
        return [error]
    return [
        *find_front_matter_problems(page, structure),
        *find_fence_problems(page, structure),
        *find_markdown_problems(page, structure),
        *_check_headings(page, structure),
    ]


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

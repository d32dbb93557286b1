"""TODO docstring."""

from __future__ import annotations

from asrun.base.errors import PageError
from asrun.pages.page import INCLUDE_PATTERN, INTRO_ID, Page, parse_page


def find_page_problems(page: Page) -> list[PageError]:
    """Return what is wrong with a page by itself: Python written by hand, headings without id."""
    try:
        structure = parse_page(page)
    except PageError as error:
        return [error]
    problems = []
    for fence in structure.fences:
        location = page.locate_line(fence.line)
        if fence.is_python and fence.included_snippet is None and fence.not_run_reason is None:
            problems.append(
                PageError(
                    location,
                    f"a Python block that no run has proven (fence `{fence.info}`)",
                    'Move the code to snippets/ and include it: a fence "python" whose only line '
                    'is --8<-- "CHAPTER/NAME.py". If it cannot run, say why on the line above: '
                    "<!-- not run: REASON -->.",
                )
            )
        elif not fence.is_python and any(INCLUDE_PATTERN.match(line) for line in fence.body):
            problems.append(
                PageError(
                    location,
                    f"an include in a fence `{fence.info}`",
                    "Its info string must be exactly `python`.",
                )
            )
    for heading in structure.headings:
        if heading.level > 1 and heading.id is None:
            problems.append(
                PageError(
                    page.locate_line(heading.line),
                    f"heading `{heading.title}` has no id",
                    "Add one, the same in both languages: `## Title { #name }`.",
                )
            )
        elif heading.id == INTRO_ID:
            problems.append(
                PageError(
                    page.locate_line(heading.line),
                    f"the id `{INTRO_ID}` is that of the part above the first section",
                    "Give the heading another.",
                )
            )
    ids = [heading.id for heading in structure.headings if heading.id]
    for heading in structure.headings:
        if heading.id and ids.count(heading.id) > 1:
            problems.append(
                PageError(
                    page.locate_line(heading.line),
                    f"the id `{heading.id}` stands on more than one heading",
                    "Give each heading its own.",
                )
            )
    if [heading.level for heading in structure.headings].count(1) != 1:
        problems.append(
            PageError(page.locate_line(), "not exactly one title", "A page has one `# Title`.")
        )
    return problems

"""Tables that a reader can filter: what is around them for the theme's script."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from asrun.base.errors import Location
from asrun.pages.page import LocatedLines, Page

_FILTER_LABELS = {"zh": "筛选", "en": "Filter"}


def render_filterable_table(
    page: Page, header: Sequence[str], rows: Iterable[tuple[str, Location]]
) -> LocatedLines:
    """Return a table that a reader can filter.

    Args:
        page: where the table stands; what surrounds the rows is located at its first line.
        header: the titles of the columns.
        rows: the rows as Markdown, each with where it comes from.
    """
    location, label = page.locate_line(), _FILTER_LABELS[page.language]
    return [
        (f'<div class="filter" data-label="{label}" markdown="1">', location),
        ("", location),
        (f"| {' | '.join(header)} |", location),
        (f"|{'---|' * len(header)}", location),
        *rows,
        ("", location),
        ("</div>", location),
    ]

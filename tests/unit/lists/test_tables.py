from __future__ import annotations

from asrun.base.errors import Location
from asrun.lists.tables import render_filterable_table
from asrun.pages.page import Page

PAGE = Page("docs/zh/x.md", "x.md", "zh", "# T\n")


def test_a_table_stands_in_what_the_filter_looks_for():
    row = ("| 1 | 2 |", Location("docs/data.toml", 7))
    lines = render_filterable_table(PAGE, ("a", "b"), [row])
    assert [text for text, _ in lines] == [
        '<div class="filter" data-label="筛选" markdown="1">',
        "",
        "| a | b |",
        "|---|---|",
        "| 1 | 2 |",
        "",
        "</div>",
    ]


def test_rows_keep_their_places_and_the_rest_is_the_pages():
    row = ("| 1 |", Location("docs/data.toml", 7))
    places = [str(place) for _, place in render_filterable_table(PAGE, ("a",), [row])]
    assert places[4] == "docs/data.toml:7"
    assert set(places[:4] + places[5:]) == {"docs/zh/x.md:1"}

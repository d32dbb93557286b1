from __future__ import annotations

import pytest

from asrun.base.errors import PageError
from asrun.lists.original import parse_original
from asrun.lists.registry import ListContext, list_anchors, render_list
from asrun.pages.page import DataList, parse_page
from support.original import DATA, LOCATIONS, english_page

ORIGINAL = parse_original(DATA)
EVERY_LIST = (
    "api",
    "snippets",
    "glossary",
    "environments",
    "differences",
    "compatibility",
    "statuses",
    "blocks a",
    "errata a",
)


def ask_for(name: str) -> tuple[DataList, ListContext]:
    """Return a list that a page asks for in its third line, and what it is made from."""
    page = english_page("source/x.md", f"# T\n\n<!-- list: {name} -->\n")
    (data_list,) = parse_page(page).lists
    return data_list, ListContext(page, [], LOCATIONS, {}, (), ORIGINAL)


@pytest.mark.parametrize("name", EVERY_LIST)
def test_every_list_is_rendered_by_its_name(name: str):
    assert render_list(*ask_for(name))


@pytest.mark.parametrize("name", ["things", "api a", "blocks", "blocks b", "errata b"])
def test_a_name_that_is_none_is_told_with_its_line_and_those_that_there_are(name: str):
    with pytest.raises(PageError) as caught:
        render_list(*ask_for(name))
    assert str(caught.value) == (
        f"docs/en/source/x.md:3: no list `{name}`. Mend its name; there are: api, snippets, "
        "glossary, environments, differences, compatibility, statuses, blocks a, errata a."
    )


def test_lists_of_the_original_put_the_ids_of_their_entries_on_the_page():
    assert list_anchors("blocks a", ORIGINAL) == ["b01", "b02"]
    assert list_anchors("errata a", ORIGINAL) == ["f01"]
    assert list(list_anchors("api", ORIGINAL)) == []
    assert list(list_anchors("things", ORIGINAL)) == []


@pytest.mark.parametrize("name", ["blocks a", "errata a"])
def test_the_ids_that_are_announced_are_those_that_are_rendered(name: str):
    text = "\n".join(line for line, _ in render_list(*ask_for(name)))
    for anchor in list_anchors(name, ORIGINAL):
        assert f"{{ #{anchor} }}" in text

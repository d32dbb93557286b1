from __future__ import annotations

from asrun.lists.locations import locate_snippets, render_snippet_link
from support.original import LOCATIONS, PAGES, english_page


def test_a_snippet_is_found_in_the_section_of_its_own_chapter_that_is_no_summary():
    assert LOCATIONS.section_by_snippet == {"a/one.py": "a/x.md#one"}


def test_a_snippet_above_the_first_section_is_found_on_its_page():
    assert locate_snippets(PAGES[2:]).section_by_snippet == {"a/one.py": "index.md"}


def test_every_section_has_its_title():
    titles = {"a/summary.md#all": "All", "a/x.md#one": "One", "a/x.md#two": "Two"}
    assert LOCATIONS.title_by_section == titles


def test_a_page_that_cannot_be_read_shows_nothing():
    assert locate_snippets([english_page("a/x.md", "# T\n\n```python\n")]).title_by_section == {}


def test_a_link_leads_from_the_page_to_the_section():
    link = render_snippet_link("a/one.py", english_page("b/y.md", "# Y\n"), LOCATIONS)
    assert link == "[`one`](../a/x.md#one)"

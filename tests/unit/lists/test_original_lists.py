from __future__ import annotations

from asrun.lists.original import parse_original
from asrun.lists.original_lists import render_blocks, render_errata, render_statuses
from support.original import DATA, LOCATIONS, english_page

ORIGINAL = parse_original(DATA)
PAGE = english_page("source/blocks.md", "# M\n")


def test_a_block_is_listed_with_what_it_became_and_its_errata():
    _, _, (first, _), (second, _) = render_blocks(PAGE, ORIGINAL, LOCATIONS, "a")
    assert first == (
        "| **B01**{ #b01 } | [Joining](../a/x.md#one)<br>[`one`](../a/x.md#one) "
        "| corrected [F01](errata.md#f01) |"
    )
    assert second == "| **B02**{ #b02 } | [The signature](../a/x.md#two) | replaced |"


def test_a_line_of_a_list_is_traced_to_the_data_file():
    places = [str(place) for _, place in render_blocks(PAGE, ORIGINAL, LOCATIONS, "a")]
    assert places[2:] == ["docs/source.toml:2", "docs/source.toml:9"]


def test_an_erratum_says_what_was_wrong_what_is_right_and_what_proves_it():
    lines = [line for line, _ in render_errata(PAGE, ORIGINAL, LOCATIONS, "a") if line]
    assert lines == [
        "**F01**{ #f01 } · wrong · line 4 · [B01](blocks.md#b01)",
        "> It says: Three",
        "Now: Two",
        "Proof: [`one`](../a/x.md#one)",
    ]


def test_an_erratum_that_a_section_proves_links_it_by_its_title():
    original = parse_original(DATA.replace('proof = ["a/one.py"]', 'at = "a/x.md#two"'))
    lines = [line for line, _ in render_errata(PAGE, original, LOCATIONS, "a")]
    assert "Proof: [Two](../a/x.md#two)" in lines


def test_the_blocks_of_each_chapter_are_counted_by_status():
    original = parse_original(DATA.replace("a/", "data/"))
    assert [row for row, _ in render_statuses(PAGE, original)][2:] == [
        "| Data | 0 | 0 | 1 | 1 | 2 |",
        "| All | 0 | 0 | 1 | 1 | 2 |",
    ]

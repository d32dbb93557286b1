from __future__ import annotations

import pytest

from asrun.base.errors import PageError
from asrun.lists.original import (
    build_source_json,
    find_original_problems,
    parse_original,
    render_original_list,
)
from asrun.lists.tables import locate_snippets
from asrun.pages.page import Page

DATA = """\
[[block]]
id = "B01"
lines = [3, 5]
title = { zh = "拼接", en = "Joining" }
status = "corrected"
snippets = ["a/one.py"]

[[block]]
id = "B02"
lines = [9, 9]
title = { zh = "签名", en = "The signature" }
status = "replaced"
at = "a/x.md#two"

[[erratum]]
id = "F01"
kind = "wrong"
lines = [4]
blocks = ["B01"]
says = { zh = "三", en = "Three" }
right = { zh = "二", en = "Two" }
proof = ["a/one.py"]
"""


def page(uri: str, text: str) -> Page:
    return Page(f"docs/en/{uri}", uri, "en", text)


INCLUDE = '```python\n--8<-- "a/one.py"\n```\n'
PAGES = (
    page("a/summary.md", f"# S\n\n## All {{ #all }}\n\n{INCLUDE}"),
    page("a/x.md", f"# T\n\n## One {{ #one }}\n\n{INCLUDE}\n## Two {{ #two }}\n"),
    page("index.md", f"# Home\n\n{INCLUDE}"),
)
SHOWN = locate_snippets(PAGES)
MAP = page("source/blocks.md", "# M\n")


def lines(name: str) -> list[str]:
    return [text for text, _ in render_original_list(parse_original(DATA), name, MAP, SHOWN)]


def told(data: str) -> list[str]:
    return [str(problem) for problem in find_original_problems(parse_original(data), SHOWN)]


def test_a_snippet_is_found_in_the_section_of_its_own_chapter_that_is_no_summary():
    assert SHOWN.section_by_snippet == {"a/one.py": "a/x.md#one"}


def test_a_block_is_listed_with_what_it_became_and_its_errata():
    _, _, first, second = lines("blocks a")
    assert first == (
        "| **B01**{ #b01 } | [Joining](../a/x.md#one)<br>[`one`](../a/x.md#one) "
        "| corrected [F01](errata.md#f01) |"
    )
    assert second == "| **B02**{ #b02 } | [The signature](../a/x.md#two) | replaced |"


def test_a_line_of_a_list_is_traced_to_the_data_file():
    places = [
        str(place)
        for _, place in render_original_list(parse_original(DATA), "blocks a", MAP, SHOWN)
    ]
    assert places[2:] == ["docs/source.toml:2", "docs/source.toml:9"]


def test_an_erratum_says_what_was_wrong_what_is_right_and_what_proves_it():
    assert [line for line in lines("errata a") if line] == [
        "**F01**{ #f01 } · wrong · line 4 · [B01](blocks.md#b01)",
        "> It says: Three",
        "Now: Two",
        "Proof: [`one`](../a/x.md#one)",
    ]


def test_a_chapter_without_entries_is_no_list():
    with pytest.raises(KeyError):
        lines("blocks b")


def test_what_is_published_names_snippets_pages_and_errata():
    first, second = build_source_json(parse_original(DATA), SHOWN)
    assert first["snippets"] == ["snippets/a/one.py"]
    assert first["pages"] == ["a/x/#one"]
    assert first["errata"] == ["F01"]
    assert (second["status"], second["pages"], second["errata"]) == ("replaced", ["a/x/#two"], [])


def test_a_sound_map_has_no_problem():
    assert told(DATA) == []


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ('["a/one.py"]\n\n[[block]]', '["a/two.py"]\n\n[[block]]', 2, "no page shows a/two.py"),
        ('proof = ["a/one.py"]', 'proof = ["a/two.py"]', 16, "no page shows a/two.py"),
        ('proof = ["a/one.py"]', "", 16, "neither snippets nor"),
        ("a/x.md#two", "a/x.md#three", 9, "no section a/x.md#three"),
        ('"replaced"', '"better"', 9, "no status `better`"),
        ('"wrong"', '"bad"', 16, "no kind `bad`"),
        ('blocks = ["B01"]', 'blocks = ["B01", "B77"]', 16, "no block B77"),
        ('blocks = ["B01"]', "blocks = []", 2, "corrected, and no erratum"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(old, new, line, words):
    (problem,) = told(DATA.replace(old, new))
    assert problem.startswith(f"docs/source.toml:{line}: ")
    assert words in problem


@pytest.mark.parametrize(
    ("data", "line", "words"),
    [
        (DATA + "[[", 23, "not TOML"),
        (DATA.replace('"B02"', '"B01"'), 9, "twice"),
        (DATA.replace("lines = [4]\n", ""), 16, "F01: lines missing"),
        (DATA.replace("lines = [4]\n", "lines = [4]\nline = 4\n"), 16, "F01: line missing or"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_line(data, line, words):
    with pytest.raises(PageError) as caught:
        parse_original(data)
    assert str(caught.value).startswith(f"docs/source.toml:{line}: ")
    assert words in str(caught.value)

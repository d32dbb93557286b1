from __future__ import annotations

import pytest

from asrun.base.errors import PageError
from asrun.lists.original import build_source_json, find_original_problems, parse_original
from support.original import DATA, LOCATIONS


def told(data: str) -> list[str]:
    return [str(problem) for problem in find_original_problems(parse_original(data), LOCATIONS)]


def test_what_is_read_is_what_the_file_says():
    original = parse_original(DATA)
    first, second = original.blocks
    assert (first.id, first.lines, first.snippets, first.section) == (
        "B01",
        (3, 5),
        ("a/one.py",),
        None,
    )
    assert (second.snippets, second.section, second.chapter) == ((), "a/x.md#two", "a")
    (erratum,) = original.errata
    assert (erratum.claim["en"], erratum.correction["en"]) == ("Three", "Two")
    assert erratum.snippets == ("a/one.py",)
    assert original.get_errata(first) == (erratum,)


def test_what_is_published_names_snippets_pages_and_errata():
    first, second = build_source_json(parse_original(DATA), LOCATIONS)
    assert first["snippets"] == ["snippets/a/one.py"]
    assert first["pages"] == ["a/x/#one"]
    assert first["errata"] == ["F01"]
    assert (second["status"], second["pages"], second["errata"]) == ("replaced", ["a/x/#two"], [])


def test_a_sound_map_has_no_problem():
    assert told(DATA) == []


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
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
def test_what_is_wrong_is_told_with_its_line(old, new, line, message):
    (problem,) = told(DATA.replace(old, new))
    assert problem.startswith(f"docs/source.toml:{line}: ")
    assert message in problem


@pytest.mark.parametrize(
    ("data", "line", "message"),
    [
        (DATA + "[[", 23, "not TOML"),
        (DATA.replace('"B02"', '"B01"'), 9, "twice"),
        (DATA.replace("lines = [4]\n", ""), 16, "F01: lines missing"),
        (DATA.replace("lines = [4]\n", "lines = [4]\nline = 4\n"), 16, "F01: line missing or"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_line(data, line, message):
    with pytest.raises(PageError) as caught:
        parse_original(data)
    assert str(caught.value).startswith(f"docs/source.toml:{line}: ")
    assert message in str(caught.value)

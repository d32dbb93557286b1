from __future__ import annotations

import pytest

from asrun.base.errors import FigureError, Location
from asrun.snippets.drawing import Drawing, parse_drawing

PLACE = Location("snippets/a/cat.py", 3)


def test_operands_and_results_are_names_with_commas_between() -> None:
    text = "x, y -> a, b"
    assert parse_drawing(text, PLACE) == Drawing(PLACE, text, ("x", "y"), "", ("a", "b"))


@pytest.mark.parametrize("glyph", "@+-*/")
def test_a_glyph_says_what_was_computed(glyph: str) -> None:
    assert parse_drawing(f"a {glyph} b -> c", PLACE).glyph == glyph


def test_spaces_do_not_matter() -> None:
    assert parse_drawing("  a-b->c ", PLACE).operands == ("a", "b")


def test_a_name_may_be_chinese() -> None:
    assert parse_drawing("行 -> 列", PLACE).variable_names == ("行", "列")


def test_names_are_all_variables_in_order_without_repeats() -> None:
    assert parse_drawing("x @ x -> y, z", PLACE).variable_names == ("x", "y", "z")


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("x, y", "has no arrow"),
        ("", "has no arrow"),
        ("x -> y -> z", "has more than one arrow"),
        ("x, y ->", "lacks a name"),
        ("-> z", "lacks a name"),
        ("x, -> z", "lacks a name"),
        ("x, 2 -> z", "`2` is no variable's name"),
        ("class -> z", "`class` is no variable's name"),
        ("x[0] -> z", "`[` is no glyph"),
        ("x.T -> z", "`.` is no glyph"),
        ("x ** y -> z", "`**` is no glyph"),
        ("x % y -> z", "`%` is no glyph"),
        ("x y -> z", "`y` is no glyph"),
        ("a + b - c -> d", "mixes glyphs"),
        ("a, b + c -> d", "mixes glyphs"),
        ("a -> b + c", "mixes glyphs"),
        ("x -> x", "`x` stands on both sides"),
    ],
)
def test_anything_else_is_an_error_with_its_place_and_a_way_out(text: str, what: str) -> None:
    with pytest.raises(FigureError) as caught:
        parse_drawing(text, PLACE)
    assert what in caught.value.message
    assert caught.value.location == PLACE
    assert caught.value.hint


def test_in_place_is_told_to_keep_a_clone() -> None:
    with pytest.raises(FigureError, match=r"before = x\.clone\(\).* `before -> x`"):
        parse_drawing("x -> x", PLACE)

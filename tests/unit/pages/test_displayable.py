from __future__ import annotations

import pytest

from asrun.pages.displayable import find_undisplayable_lines


@pytest.mark.parametrize(
    ("output", "line", "says"),
    [
        ("a\tb\n", 1, "a tab"),
        ("a\n\tb\n", 2, "a tab"),
        ("\nvalue\n\n", 1, "a blank line first or last"),
        ("value\n\n", 2, "a blank line first or last"),
        ("value\n  \n", 2, "a blank line first or last"),
        ("\u3000\nvalue\n", 1, "a blank line first or last"),
        ("\n", 1, "a blank line first or last"),
        ("a\x0cb\n", 1, "U+000C"),
        ("a\x0bb\n", 1, "U+000B"),
        ("a\rb\n", 1, "U+000D"),
        ("a\x00b\n", 1, "U+0000"),
        ("a\x1bb\n", 1, "U+001B"),
        ("a\x1cb\n", 1, "U+001C"),
        ("a\x85b\n", 1, "U+0085"),
        ("a\u2028b\n", 1, "U+2028"),
        ("a\u2029b\n", 1, "U+2029"),
        ("\ufeffa\n", 1, "U+FEFF"),
    ],
)
def test_an_output_that_a_page_would_change_is_told(output: str, line: int, says: str):
    told = [
        (number, message) for number, message, _ in find_undisplayable_lines(output, is_output=True)
    ]
    assert any(number == line and says in message for number, message in told), told


@pytest.mark.parametrize("output", ["", "a\n", "a\n\nb\n", "  a  \n", "```\n<b>&amp;\n", "中文\n"])
def test_any_other_output_is_shown_as_it_is(output: str):
    assert list(find_undisplayable_lines(output, is_output=True)) == []


def test_a_program_may_end_in_a_blank_line_and_hold_no_tab():
    assert list(find_undisplayable_lines("x = 1\n\n", is_output=False)) == []
    ((line, message, hint),) = find_undisplayable_lines("x = 1\ny = 'a\tb'\n", is_output=False)
    assert (line, message) == (2, "a tab, which a page shows as spaces")
    assert "`\\t`" in hint

from __future__ import annotations

import pytest

from asrun.base.text import (
    LineDifference,
    count_columns,
    count_common_characters,
    escape_markdown,
    fence_text,
    find_first_difference,
)


@pytest.mark.parametrize(
    ("first", "second", "difference"),
    [
        ("a\nb\n", "a\nb\n", None),
        ("a\nb\n", "a\nc\n", LineDifference(2, "b", "c")),
        ("a\n", "a\nb\n", LineDifference(2, None, "b")),
        ("a\nb\n", "a\n", LineDifference(2, "b", None)),
        ("a\n\n", "a\n", LineDifference(2, "", None)),
        ("a\nb", "a\nb\n", LineDifference(2, "b", "b")),
        ("a\r\nb\n", "a\nb\n", LineDifference(1, "a", "a")),
        ("", "", None),
    ],
)
def test_the_first_line_that_two_texts_do_not_share_is_found(first, second, difference):
    assert find_first_difference(first, second) == difference


@pytest.mark.parametrize(
    ("first", "second", "count"), [("abc", "abx", 2), ("ab", "abc", 2), ("", "a", 0), ("a", "a", 1)]
)
def test_the_characters_that_two_texts_share_are_counted(first: str, second: str, count: int):
    assert count_common_characters(first, second) == count


def test_a_full_width_character_takes_two_columns():
    assert count_columns("ab") == 2
    assert count_columns("a字") == 3


def test_text_is_shown_by_markdown_as_it_is():
    assert escape_markdown("x[0] * <y> | `z`") == r"x\[0\] \* \<y\> \| \`z\`"


@pytest.mark.parametrize(
    ("text", "fence"), [("a", "```"), ("a ` b", "```"), ("```", "````"), ("`````", "``````")]
)
def test_nothing_in_a_text_ends_its_fence(text: str, fence: str):
    assert fence_text(text) == f"{fence}text\n{text}\n{fence}"

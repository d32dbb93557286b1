from __future__ import annotations

from html import escape

import lxml.html
import markdown
import pytest
from markdown_it import MarkdownIt

from asrun.base.text import (
    LineDifference,
    count_columns,
    count_common_characters,
    escape_markdown,
    escape_title,
    fence_text,
    find_first_difference,
)
from support.titles import HARD_TITLES, generate_titles


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


def render_heading(title: str) -> str:
    """Return the text that readers see of a heading with this title."""
    extensions = ["abbr", "attr_list", "admonition", "md_in_html", "tables", "toc"]
    html = markdown.markdown(f"# {escape_title(title)}\n\nx", extensions=extensions)
    heading = lxml.html.fromstring(f"<div>{html}</div>")[0]
    assert heading.tag == "h1"
    assert not len(heading), f"{title}: an element in the heading"
    return heading.text_content()


@pytest.mark.parametrize("title", HARD_TITLES)
def test_a_hard_title_is_seen_as_typed_in_python_markdown_and_in_commonmark(title: str):
    assert render_heading(title) == title
    html = MarkdownIt("commonmark").render(f"# {escape_title(title)}\n")
    assert html == f"<h1>{escape(title, quote=False).replace(chr(34), '&quot;')}</h1>\n"


def test_any_title_is_seen_as_typed():
    for title in generate_titles(500):
        assert render_heading(title) == title, title


def test_a_title_without_marks_is_written_as_typed():
    for title in ("torch.compile", "snake_case", "3.10: a #1 - b", "AT&T", "按索引取数"):
        assert escape_title(title) == title

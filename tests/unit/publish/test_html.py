from __future__ import annotations

import pytest

from asrun.base.text import count_columns
from asrun.publish.html import PHONE_MAX_COLUMNS, mark_outputs


def block(body: str, title: str | None = "Output") -> str:
    """Return a block of text as pymdownx.highlight writes it."""
    head = f'<span class="filename">{title}</span>' if title else ""
    code = f"<pre><span></span><code>{body}</code></pre>"
    return f'<div class="language-text highlight">{head}{code}</div>'


def test_what_a_program_printed_is_sample_output_without_a_span_a_line():
    html = mark_outputs(block('<span id="__line-2-1">1 &lt; 2\n</span>'), "Error")
    assert html == (
        '<div class="language-text highlight"><span class="filename">Output</span>'
        "<pre><samp>1 &lt; 2\n</samp></pre></div>"
    )


def test_an_error_is_marked_as_one():
    html = mark_outputs(block("ValueError: x\n", "Error") + block("1\n"), "Error")
    assert html.count('class="filename error">Error<') == 1
    assert html.count('class="filename">Output<') == 1


def test_a_block_without_a_title_is_no_output():
    assert mark_outputs(block("torch.cat(tensors)\n", None), "Error") == block(
        "torch.cat(tensors)\n", None
    )


@pytest.mark.parametrize(
    ("line", "reached"),
    [
        ("x" * PHONE_MAX_COLUMNS, False),
        ("x" * (PHONE_MAX_COLUMNS + 1), True),
        ("字" * (PHONE_MAX_COLUMNS // 2 + 1), True),
    ],
)
def test_what_is_wider_than_a_phone_is_in_reach_of_the_keyboard(line: str, reached: bool):
    assert ('<samp tabindex="0">' in mark_outputs(block(f"1\n{line}\n"), "Error")) is reached


def test_an_error_never_scrolls_so_it_is_no_stop_for_the_keyboard():
    assert "tabindex" not in mark_outputs(block("x" * 2 * PHONE_MAX_COLUMNS, "Error"), "Error")


def test_a_character_reference_is_one_column():
    assert "tabindex" not in mark_outputs(block("&lt;" * PHONE_MAX_COLUMNS), "Error")
    assert count_columns("a字") == 3

from __future__ import annotations

import markdown
import pytest

from asrun.base.text import count_columns
from asrun.publish.html import PHONE_MAX_COLUMNS, mark_outputs, render_banner


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


def test_an_output_is_found_as_pymdownx_highlight_writes_it():
    """With the options of mkdocs.yml; should it write another form one day, this fails first."""
    options = {"pygments_lang_class": True, "line_spans": "__line"}
    html = markdown.markdown(
        '```text title="Output"\n1 < 2\nlast\n```\n\n```text\ntorch.cat(tensors)\n```\n',
        extensions=["pymdownx.highlight", "pymdownx.superfences"],
        extension_configs={"pymdownx.highlight": options},
    )
    marked = mark_outputs(html, "Error")
    assert "<pre><samp>1 &lt; 2\nlast\n</samp></pre>" in marked
    assert marked.count("<samp") == 1


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


def test_a_banners_links_to_the_counterpart_say_its_language():
    html = render_banner(["[U](#u) ([甲](../../b/#u))", "More."], "../../b/", "zh")
    assert html == (
        '<p><a href="#u">U</a> (<a lang="zh" href="../../b/#u">甲</a>)</p>\n<p>More.</p>'
    )

from __future__ import annotations

from asrun.publish.published import read_html, read_markdown

PYTHON = '<div class="language-python highlight"><pre><code>x\n</code></pre></div>'
OUTPUT = (
    '<div class="language-text highlight"><span class="filename">Output</span>'
    "<pre><samp>1\n</samp></pre></div>"
)
FIGURE = '<figure class="plot" aria-label="A"><svg><text>1</text><path d="M0 1"/></svg></figure>'


def read(tmp_path, html: str):
    file = tmp_path / "x.html"
    file.write_text(f"<html><body>{html}</body></html>", encoding="utf-8")
    return read_html(file, "x.html")


def test_a_block_has_the_output_and_the_figures_below_it(tmp_path):
    (block,) = read(tmp_path, PYTHON + OUTPUT + FIGURE).blocks
    (figure,) = block.figures
    assert (block.code, block.output) == ("x\n", "1\n")
    assert (figure.kind, figure.alt, figure.texts, figure.paths) == ("plot", "A", ("1",), ((0, 1),))


def test_an_output_that_is_not_right_below_is_a_stray(tmp_path):
    page = read(tmp_path, f"{PYTHON}<p>so</p>{OUTPUT}")
    assert page.blocks[0].output is None
    assert [stray.text for stray in page.strays] == ["Output", "1\n"]


def test_icons_of_the_theme_are_no_figures_outside_articles_alone(tmp_path):
    icon = '<label class="md-icon"><svg></svg></label>'
    assert read(tmp_path, icon).strays == ()
    assert len(read(tmp_path, f"<article>{icon}</article>").strays) == 1


def test_the_parts_of_a_mathematical_text_are_one(tmp_path):
    text = "<text> <tspan>10</tspan> <tspan>2</tspan> </text>"
    page = read(tmp_path, f'{PYTHON}<figure class="plot"><svg>{text}</svg></figure>')
    assert page.blocks[0].figures[0].texts == ("102",)


def test_a_markdown_copy_is_read_alike(tmp_path):
    file = tmp_path / "x.md"
    output = '<!--mark-->\n\n```text title="Output"\n1\n```\n'
    file.write_text(
        f"```python\nx\n```\n\n{output}\n{FIGURE}\n\nwords\n\n{output}\n> ```text\n> y\n> ```\n",
        encoding="utf-8",
    )
    page = read_markdown(file, "x.md")
    assert [(b.code, b.output, len(b.figures)) for b in page.blocks] == [("x\n", "1\n", 1)]
    assert [stray.text for stray in page.strays] == ["1\n"]
    assert [text.text for text in page.texts] == ["y\n"]

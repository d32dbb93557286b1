"""The notebooks to take away, of a page and of a single program."""

from __future__ import annotations

import nbformat

from asrun.pages.page import Page
from asrun.publish.notebooks import build_page_notebook, build_snippet_notebook
from support.blocks import make_block

INCLUDE = '```python\n--8<-- "a/one.py"\n```\n'


def test_a_page_as_a_notebook_has_words_programs_and_what_they_did():
    page = Page(
        "docs/en/x.md",
        "x.md",
        "en",
        f"---\ndescription: d\n---\n# T\n\n{INCLUDE}\n## U {{ #u }}\n\nEnd.\n",
    )
    shown = make_block("print(2)\n", output="2\n", figures=("<figure>f</figure>",))
    book = nbformat.reads(build_page_notebook(page, {"a/one.py": shown}.__getitem__), as_version=4)
    nbformat.validate(book)
    words, program, end = book.cells
    assert words.source == "# T"
    assert program.source == "# Summary.\nprint(2)"
    assert program.outputs[0].text == "2\n"
    assert program.outputs[1].data["text/html"] == "<figure>f</figure>"
    assert end.source == "## U\n\nEnd."


def test_a_cell_that_is_meant_to_raise_is_tagged_and_shows_the_error():
    shown = make_block(
        "print(1)\n1 / 0\n",
        "# raises: ZeroDivisionError\n",
        output="1\nZeroDivisionError: division by zero\n",
    )
    (cell,) = nbformat.reads(build_snippet_notebook(shown), as_version=4).cells
    assert cell.metadata.tags == ["raises-exception"]
    assert cell.outputs[0].text == "1\n"
    assert (cell.outputs[1].ename, cell.outputs[1].evalue) == (
        "ZeroDivisionError",
        "division by zero",
    )


def test_the_same_page_gives_the_same_bytes():
    page = Page("docs/en/x.md", "x.md", "en", f"# T\n\n{INCLUDE}")
    blocks = {"a/one.py": make_block("print(2)\n", output="2\n")}
    assert build_page_notebook(page, blocks.__getitem__) == build_page_notebook(
        page, blocks.__getitem__
    )

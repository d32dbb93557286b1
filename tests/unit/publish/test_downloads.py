"""The forms to take away: a script with its requirements, notebooks, what machines read."""

from __future__ import annotations

import tomllib

import nbformat
import pytest

from asrun.pages.page import Page
from asrun.pages.snippet_block import SnippetBlock
from asrun.publish.downloads import (
    PageSummary,
    build_standalone_script,
    format_llms_txt,
    list_requirements,
)
from asrun.publish.notebooks import build_page_notebook, build_snippet_notebook
from asrun.snippets.snippet import parse_snippet

INCLUDE = '```python\n--8<-- "a/one.py"\n```\n'


def card(code: str, header: str = "", **shown) -> SnippetBlock:
    source = f"{header}# zh: 摘要。\n# en: Summary.\n{code}"
    snippet = parse_snippet("a/one.py", "snippets/a/one.py", source)
    return SnippetBlock(snippet, snippet.localize("en"), **{"output": "", **shown})


def test_a_script_names_what_it_needs_and_is_the_program_as_shown():
    text = build_standalone_script(card("import lxml\n\nprint(lxml)\n"))
    head, _, program = text.partition("# ///\n")
    block = "".join(line.removeprefix("# ") for line in head.splitlines(keepends=True)[1:])
    needed = tomllib.loads(block)
    assert needed["requires-python"] == ">=3.11"
    assert [name.partition("==")[0] for name in needed["dependencies"]] == ["lxml"]
    assert program == "# Summary.\nimport lxml\n\nprint(lxml)\n"


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("import os\n", []),
        ("from markdown_it import MarkdownIt\n", ["markdown-it-py"]),
        ("import torch\n", ["torch"]),
        ("import torch\n\ntorch.ones(1).numpy()\n", ["numpy", "torch"]),
        ("import no_such_module\n", ["no_such_module"]),
        ("import lxml\n\nlxml.x(return_tensors='pt')\n", ["lxml", "torch"]),
    ],
)
def test_requirements_are_distributions_not_modules(source, names):
    assert [name.partition("==")[0] for name in list_requirements(card(source).snippet)] == names


def test_no_local_build_is_required():
    assert all("+" not in name for name in list_requirements(card("import torch\n").snippet))


def test_a_page_as_a_notebook_has_words_programs_and_what_they_did():
    page = Page(
        "docs/en/x.md",
        "x.md",
        "en",
        f"---\ndescription: d\n---\n# T\n\n{INCLUDE}\n## U {{ #u }}\n\nEnd.\n",
    )
    shown = card("print(2)\n", output="2\n", figures=("<figure>f</figure>",))
    book = nbformat.reads(build_page_notebook(page, {"a/one.py": shown}.__getitem__), as_version=4)
    nbformat.validate(book)
    words, program, end = book.cells
    assert words.source == "# T"
    assert program.source == "# Summary.\nprint(2)"
    assert program.outputs[0].text == "2\n"
    assert program.outputs[1].data["text/html"] == "<figure>f</figure>"
    assert end.source == "## U\n\nEnd."


def test_a_cell_that_is_meant_to_raise_is_tagged_and_shows_the_error():
    shown = card(
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


def test_llms_txt_links_every_page_as_markdown():
    text = format_llms_txt(
        "Site",
        "About.",
        [PageSummary("Joining", "tensors/joining.md", "How."), PageSummary("X", "x.md")],
    )
    assert text == (
        "# Site\n\n> About.\n\n- [Joining](tensors/joining/index.md): How.\n- [X](x/index.md)\n"
    )

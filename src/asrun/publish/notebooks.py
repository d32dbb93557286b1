"""Programs and pages as notebooks to take away, with what the programs printed and drew."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import PurePosixPath

from asrun.base.notebook import (
    NotebookCell,
    format_notebook,
    make_code_cell,
    make_displayed_output,
    make_error_output,
    make_markdown_cell,
    make_printed_output,
)
from asrun.base.text import FRONT_MATTER_PATTERN
from asrun.pages.page import Page, parse_page
from asrun.pages.snippet_block import SnippetBlock

_HEADING_ID_ATTRIBUTE = re.compile(r" *\{ *#[\w-]+ *\}")


def build_snippet_notebook(block: SnippetBlock) -> str:
    """Return a program and what it printed and drew, as ``.ipynb``."""
    return format_notebook([_build_code_cell(block, 1)])


def build_page_notebook(page: Page, get_block: Callable[[str], SnippetBlock]) -> str:
    """Return a page as ``.ipynb``: its words, its programs and what they printed and drew.

    ``get_block`` returns the block of a snippet by its name. A cell that is meant to raise is
    tagged so, and the cells below it run all the same.
    """
    lines = page.source.splitlines()
    cells: list[NotebookCell] = []
    start, code_cell_count = 0, 0
    for fence in parse_page(page).fences:
        if not fence.included_snippet:
            continue
        _add_markdown_cell(cells, lines[start : fence.line - 1])
        code_cell_count += 1
        cells.append(_build_code_cell(get_block(fence.included_snippet), code_cell_count))
        start = fence.line_numbers[-1]
    _add_markdown_cell(cells, lines[start:])
    return format_notebook(cells)


def _add_markdown_cell(cells: list[NotebookCell], lines: list[str]) -> None:
    """Add a cell of Markdown, without what Jupyter does not know; none if no text is left."""
    text = FRONT_MATTER_PATTERN.sub("", "\n".join(lines) + "\n")
    if prose := _HEADING_ID_ATTRIBUTE.sub("", text).strip():
        cells.append(make_markdown_cell(prose))


def _build_code_cell(block: SnippetBlock, execution_count: int) -> NotebookCell:
    metadata: dict[str, object] = {"name": PurePosixPath(block.snippet.name).stem}
    printed, error_outputs = block.output, []
    if block.snippet.expected_exception:
        metadata["tags"] = ["raises-exception"]
        # The last line of such an output is the last line of the traceback.
        printed, newline, error_line = block.output.rstrip("\n").rpartition("\n")
        printed += newline
        error_name, _, error_message = error_line.partition(": ")
        error_outputs = [make_error_output(error_name, error_message, [error_line])]
    outputs = [make_printed_output(printed)] if printed else []
    outputs += [make_displayed_output("text/html", figure) for figure in block.figures if figure]
    code = block.code.text.rstrip("\n")
    return make_code_cell(code, execution_count, outputs + error_outputs, metadata)

"""TODO docstring."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import PurePosixPath

import nbformat

from asrun.base.text import FRONT_MATTER_PATTERN
from asrun.pages.page import Page, parse_page
from asrun.pages.snippet_block import SnippetBlock

_KERNEL_METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}
}
_HEADING_ID_ATTRIBUTE = re.compile(r" *\{ *#[\w-]+ *\}")


def build_snippet_notebook(block: SnippetBlock) -> str:
    """Return a program and what it printed and drew, as ``.ipynb``."""
    return _serialize_notebook([_build_code_cell(block, 1)])


def build_page_notebook(page: Page, get_block: Callable[[str], SnippetBlock]) -> str:
    """Return a page as ``.ipynb``: its words, its programs and what they printed and drew.

    A cell that is meant to raise is tagged so, and the cells below it run all the same.
    """
    lines = page.source.splitlines()
    cells: list[nbformat.NotebookNode] = []
    start, code_cell_count = 0, 0
    for fence in parse_page(page).fences:
        if not fence.included_snippet:
            continue
        _add_markdown_cell(cells, lines[start : fence.line - 1])
        code_cell_count += 1
        cells.append(_build_code_cell(get_block(fence.included_snippet), code_cell_count))
        start = fence.line_numbers[-1]
    _add_markdown_cell(cells, lines[start:])
    return _serialize_notebook(cells)


def _add_markdown_cell(cells: list[nbformat.NotebookNode], lines: list[str]) -> None:
    text = FRONT_MATTER_PATTERN.sub("", "\n".join(lines) + "\n")
    if prose := _HEADING_ID_ATTRIBUTE.sub("", text).strip():
        cells.append(nbformat.v4.new_markdown_cell(prose))


def _build_code_cell(block: SnippetBlock, number: int) -> nbformat.NotebookNode:
    node: nbformat.NotebookNode = nbformat.v4.new_code_cell(
        block.code.text.rstrip("\n"), execution_count=number
    )
    node.metadata["name"] = PurePosixPath(block.snippet.name).stem
    output_text = block.output
    if block.snippet.expected_exception:
        node.metadata["tags"] = ["raises-exception"]
        text_before_error, _, error_line = output_text.rstrip("\n").rpartition("\n")
        output_text = f"{text_before_error}\n" if text_before_error else ""
        error_name, _, error_message = error_line.partition(": ")
        error_output = nbformat.v4.new_output(
            "error", ename=error_name, evalue=error_message, traceback=[error_line]
        )
    if output_text:
        node.outputs.append(nbformat.v4.new_output("stream", name="stdout", text=output_text))
    for figure in filter(None, block.figures):
        node.outputs.append(nbformat.v4.new_output("display_data", {"text/html": figure}))
    if block.snippet.expected_exception:
        node.outputs.append(error_output)
    return node


def _serialize_notebook(cells: list[nbformat.NotebookNode]) -> str:
    for number, cell in enumerate(cells):
        cell.id = f"cell-{number}"  # nbformat's own are random
    return (
        str(nbformat.writes(nbformat.v4.new_notebook(cells=cells, metadata=_KERNEL_METADATA)))
        + "\n"
    )

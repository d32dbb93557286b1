"""Jupyter notebooks as text, byte for byte as `nbformat` writes them.

A site has hundreds, and to import `nbformat` and let it validate each cell takes longer than to
render the pages; a test validates what is written here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

NotebookCell = dict[str, Any]
NotebookOutput = dict[str, Any]

_NOTEBOOK_METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}
}


def make_markdown_cell(text: str) -> NotebookCell:
    """Return a cell of prose."""
    return {"cell_type": "markdown", "metadata": {}, "source": _split_lines(text)}


def make_code_cell(
    code: str,
    number: int,
    outputs: Iterable[NotebookOutput],
    metadata: Mapping[str, Any] | None = None,
) -> NotebookCell:
    """Return a cell of code that was run as the notebook's ``number``-th, counted from 1."""
    return {
        "cell_type": "code",
        "execution_count": number,
        "metadata": dict(metadata or {}),
        "outputs": list(outputs),
        "source": _split_lines(code),
    }


def make_printed_output(text: str) -> NotebookOutput:
    """Return what a cell printed."""
    return {"name": "stdout", "output_type": "stream", "text": _split_lines(text)}


def make_displayed_output(media_type: str, text: str) -> NotebookOutput:
    """Return what a cell displayed, such as HTML or an SVG."""
    data = {media_type: _split_lines(text)}
    return {"data": data, "metadata": {}, "output_type": "display_data"}


def make_error_output(name: str, message: str, traceback: list[str]) -> NotebookOutput:
    """Return the exception that a cell ended in."""
    return {"ename": name, "evalue": message, "output_type": "error", "traceback": traceback}


def format_notebook(cells: Iterable[NotebookCell]) -> str:
    """Return the text of a notebook; its cells are named by their numbers, from 0."""
    notebook = {
        "cells": [{**cell, "id": f"cell-{number}"} for number, cell in enumerate(cells)],
        "metadata": _NOTEBOOK_METADATA,
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _split_lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)

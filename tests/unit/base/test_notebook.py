"""Notebooks are written as nbformat writes them."""

from __future__ import annotations

import nbformat

from asrun.base.notebook import (
    format_notebook,
    make_code_cell,
    make_displayed_output,
    make_error_output,
    make_markdown_cell,
    make_printed_output,
)

CODE = "import torch\n\nprint('张量')"
HTML = "<figure>\n<svg/>\r\n</figure>"
METADATA = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}


def test_the_text_is_the_one_that_nbformat_writes_and_it_is_valid() -> None:
    written = format_notebook(
        [
            make_markdown_cell("# 标题\n\nWords.\x0cMore.\n"),
            make_code_cell(
                CODE,
                7,
                [
                    make_printed_output("a\nb\n"),
                    make_displayed_output("text/html", HTML),
                    make_displayed_output("image/svg+xml", "<svg>\n</svg>"),
                    make_error_output("ValueError", "no", ["ValueError: no"]),
                ],
                {"name": "one", "tags": ["raises-exception"]},
            ),
            make_code_cell("", 8, []),
        ]
    )

    v4 = nbformat.v4
    code = v4.new_code_cell(CODE, execution_count=7)
    code.metadata.update({"name": "one", "tags": ["raises-exception"]})
    code.outputs = [
        v4.new_output("stream", name="stdout", text="a\nb\n"),
        v4.new_output("display_data", {"text/html": HTML}),
        v4.new_output("display_data", {"image/svg+xml": "<svg>\n</svg>"}),
        v4.new_output("error", ename="ValueError", evalue="no", traceback=["ValueError: no"]),
    ]
    cells = [
        v4.new_markdown_cell("# 标题\n\nWords.\x0cMore.\n"),
        code,
        v4.new_code_cell("", execution_count=8),
    ]
    for number, cell in enumerate(cells):
        cell.id = f"cell-{number}"
    expected = v4.new_notebook(cells=cells, metadata=METADATA)
    assert written == nbformat.writes(expected) + "\n"
    nbformat.validate(nbformat.reads(written, as_version=4))

"""A lab with what it printed and drew: as a notebook to download, and as Markdown.

Its third form, the page of the site, is `asrun.labs.refit`'s.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from asrun.base.errors import LabError, Location
from asrun.base.messages import UI_MESSAGES
from asrun.base.notebook import (
    NotebookCell,
    format_notebook,
    make_code_cell,
    make_displayed_output,
    make_markdown_cell,
    make_printed_output,
)
from asrun.figures.plot import make_id_prefix, render_plot
from asrun.labs.execute import LabRun
from asrun.labs.lab import Cell, Lab
from asrun.pages.page import ExpandedPage


def render_lab_figures(lab: Lab, run: LabRun) -> list[list[str]]:
    """Return each code cell's figures as blocks of HTML.

    Raises:
        LabError: if a cell shows more or fewer figures than have a text before it.
        FigureError: for a figure that cannot stand on a page.
    """
    figures_by_cell = []
    for number, (cell, cell_run) in enumerate(zip(lab.code_cells, run, strict=True)):
        alt_texts, location = lab.find_figure_alts(number), lab.locate_line(cell.line)
        if len(alt_texts) != len(cell_run.plots):
            raise LabError(
                location,
                f"code cell {number + 1} shows {len(cell_run.plots)} figures, "
                f"with {len(alt_texts)} texts",
                "Write `<!-- figure: what one sees -->` for each, in the Markdown cell above it.",
            )
        figures_by_cell.append(
            [
                render_plot(svg, alt, make_id_prefix(lab.name, number, index), location)
                for index, (svg, alt) in enumerate(zip(cell_run.plots, alt_texts, strict=True))
            ]
        )
    return figures_by_cell


def build_download_notebook(lab: Lab, run: LabRun | None) -> str:
    """Return the ``.ipynb`` that readers download: words, code, and what it printed and drew."""
    return build_lab_notebook(lab, run, lambda svg: ("image/svg+xml", svg))


def build_lab_notebook(
    lab: Lab, run: LabRun | None, make_figure_data: Callable[[str], tuple[str, str]]
) -> str:
    """Return a lab as the text of an ``.ipynb`` file.

    Args:
        lab: the lab.
        run: what its code cells printed and drew; None if it did not run.
        make_figure_data: returns what stands in the notebook for a figure, from its SVG: a MIME
            type and a text.
    """
    cells: list[NotebookCell] = []
    for cell, number in _number_code_cells(lab):
        if number is None:
            cells.append(make_markdown_cell(cell.prose))
            continue
        outputs = []
        if run and (text := run[number].output):
            outputs.append(make_printed_output(text))
        for svg in run[number].plots if run else ():
            outputs.append(make_displayed_output(*make_figure_data(svg)))
        cells.append(make_code_cell(cell.source, number + 1, outputs))
    return format_notebook(cells)


def _number_code_cells(lab: Lab) -> Iterator[tuple[Cell, int | None]]:
    """Yield code cells with their number from 0, and Markdown cells that have words with None."""
    number = 0
    for cell in lab.cells:
        if cell.is_code:
            yield cell, number
            number += 1
        elif cell.prose:
            yield cell, None


def build_lab_markdown(
    lab: Lab, run: LabRun | None, figures_by_cell: list[list[str]] | None
) -> ExpandedPage:
    """Return a lab as plain Markdown, with the place that each line came from.

    pytest-codeblocks would run each code cell by itself, without those before it. So each has a
    mark that keeps it from that.

    Args:
        lab: the lab.
        run: what its code cells printed and drew; None if it did not run.
        figures_by_cell: what `render_lab_figures` returned; None if it did not run.
    """
    return ExpandedPage.from_lines(_expand_cells(lab, run, figures_by_cell))


def _expand_cells(
    lab: Lab, run: LabRun | None, figures_by_cell: list[list[str]] | None
) -> Iterator[tuple[str, Location]]:
    output_label = UI_MESSAGES[lab.language]["output"]
    for cell, number in _number_code_cells(lab):
        location = lab.locate_line(cell.line)
        if number is None:
            for offset, line in enumerate(cell.prose.split("\n")):
                yield line, lab.locate_line(cell.line + offset)
            yield "", location
            continue
        yield '<!--pytest.mark.skip(reason="a cell of a lab: it runs as a whole")-->', location
        yield "", location
        yield "```python", location
        for offset, line in enumerate(cell.source.split("\n")):
            yield line, lab.locate_line(cell.line + offset)
        yield "```", location
        if run and run[number].output:
            yield "", location
            output = f'```text title="{output_label}"\n{run[number].output}```'
            for line in output.split("\n"):
                yield line, location
        for figure in figures_by_cell[number] if figures_by_cell else ():
            yield "", location
            for line in figure.split("\n"):
                yield line, location
        yield "", location

"""TODO docstring."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from asrun.base.errors import LabError, Location
from asrun.base.messages import UI_MESSAGES
from asrun.figures.plot import make_id_prefix, render_plot
from asrun.labs.execute import LabRun
from asrun.labs.lab import Cell, Lab
from asrun.pages.page import ExpandedPage

if TYPE_CHECKING:
    import nbformat

KERNEL_METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}
}


def render_lab_figures(lab: Lab, run: LabRun) -> list[list[str]]:
    """Return the HTML of each code cell's figures.

    Raises:
        LabError: if a cell shows more or fewer figures than have a text before it.
        FigureError: for a figure that cannot stand on a page.
    """
    figures_by_cell = []
    for number, (cell, cell_run) in enumerate(zip(lab.code_cells, run, strict=True)):
        alts = lab.find_figure_alts(number)
        if len(alts) != len(cell_run.plots):
            raise LabError(
                lab.locate_line(cell.line),
                f"code cell {number + 1} shows {len(cell_run.plots)} figures, with {len(alts)} texts",
                "Write `<!-- figure: what one sees -->` for each, in the Markdown cell above it.",
            )
        location = lab.locate_line(cell.line)
        figures_by_cell.append(
            [
                render_plot(svg, alt, make_id_prefix(lab.name, number, index), location)
                for index, (svg, alt) in enumerate(zip(cell_run.plots, alts, strict=True))
            ]
        )
    return figures_by_cell


def build_download_notebook(lab: Lab, run: LabRun | None) -> str:
    """Return the ``.ipynb`` to take away: the words, the code, and what it printed and drew."""
    return _build_lab_notebook(lab, run, lambda number, svg: {"image/svg+xml": svg})


def build_notebook_to_render(lab: Lab, run: LabRun | None) -> str:
    """Return the ``.ipynb`` for mkdocs-jupyter: where a figure belongs stands a mark."""
    return _build_lab_notebook(
        lab, run, lambda number, svg: {"text/html": f"<div data-figures={number}>"}
    )


def _build_lab_notebook(
    lab: Lab, run: LabRun | None, make_output_data: Callable[[int, str], dict[str, str]]
) -> str:
    import nbformat  # slow to import: checks render a lab's figures without it

    cells: list[nbformat.NotebookNode] = []
    for cell, number in _number_code_cells(lab):
        if number is None:
            node = nbformat.v4.new_markdown_cell(cell.prose)
        else:
            node = nbformat.v4.new_code_cell(cell.source, execution_count=number + 1)
            if run and run[number].output:
                text = run[number].output
                node.outputs.append(nbformat.v4.new_output("stream", name="stdout", text=text))
            for svg in run[number].plots if run else ():
                node.outputs.append(
                    nbformat.v4.new_output("display_data", make_output_data(number, svg))
                )
        node.id = f"cell-{len(cells)}"  # nbformat's own are random
        cells.append(node)
    return (
        str(nbformat.writes(nbformat.v4.new_notebook(cells=cells, metadata=KERNEL_METADATA))) + "\n"
    )


def _number_code_cells(lab: Lab) -> Iterator[tuple[Cell, int | None]]:
    """Yield the cells, the code cells with their numbers from 0, those without words left out."""
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
    """Return the lab as plain Markdown, with the place that each line came from.

    pytest-codeblocks would run each cell by itself, without the ones before: cells are marked.
    """
    lines: list[str] = []
    locations: list[Location] = []

    def add_lines(text: str, location: Location) -> None:
        for offset, line in enumerate(text.split("\n")):
            lines.append(line)
            locations.append(Location(location.path, location.line + offset))

    messages = UI_MESSAGES[lab.language]
    for cell, number in _number_code_cells(lab):
        place = lab.locate_line(cell.line)
        if number is None:
            add_lines(cell.prose, place)
        else:
            add_lines(
                '<!--pytest.mark.skip(reason="a cell of a lab: it runs as a whole")-->', place
            )
            add_lines("", place)
            add_lines(f"```python\n{cell.source}\n```", lab.locate_line(cell.line - 1))
            if run and run[number].output:
                add_lines("", place)
                add_lines(f'```text title="{messages["output"]}"\n{run[number].output}```', place)
            for figure in figures_by_cell[number] if figures_by_cell else ():
                add_lines("", place)
                add_lines(figure, place)
        add_lines("", place)
    return ExpandedPage("".join(f"{line}\n" for line in lines), tuple(locations))

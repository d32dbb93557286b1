"""Tensor pictures: a program's own tensors, drawn as grids of numbers.

A colour says "this number came from there" and nothing else. It is given only where that is sure;
everything else stays without colour. The rules stand at `_moved` and `_made`.
"""

from __future__ import annotations

import html
import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from asrun.base.errors import FigureError
from asrun.snippets.drawing import GLYPHS, Drawing
from asrun.worker.protocol import MAX_TENSOR_CELLS
from asrun.worker.style import HUE_COLORS

MAX_DIMENSIONS = 3
ARROW = "→"
_CELL_HEIGHT_PIXELS, _CELL_GAP_PIXELS, _CORNER_RADIUS_PIXELS, _DIGIT_WIDTH_PIXELS = 26, 3, 4, 8
_MAX_GRID_WIDTH_PIXELS = (
    432  # 12 cells of two digits; what is wider scrolls on a phone, the rest shrinks
)
_SEARCH_EXCLUDE_ATTRIBUTE = (
    "data-search-exclude"  # Material's search index: digits are nothing to search for
)
_Number = float | int | bool | None
_CellHues = Mapping[int, int]  # cell, counted row by row, to its hue


@dataclass(frozen=True)
class Tensor:
    """A tensor as the run reports it; ``values`` row by row (absent above `CELLS`)."""

    shape: tuple[int, ...]
    dtype: str
    values: tuple[_Number, ...]

    @property
    def cell_count(self) -> int:
        """How many numbers it has, reported or not."""
        return math.prod(self.shape)

    @property
    def column_count(self) -> int:
        """How many numbers stand in a row."""
        return self.shape[-1] if self.shape else 1


def _choose_colours(
    glyph: str, operands: Sequence[Tensor], results: Sequence[Tensor]
) -> tuple[list[_CellHues], list[_CellHues]]:
    """Return the hues of each operand's cells and of each result's cells."""
    uncoloured: tuple[list[_CellHues], list[_CellHues]] = (
        [{}] * len(operands),
        [{}] * len(results),
    )
    if not glyph:
        return _trace_moved_numbers(operands, results) or uncoloured
    source_cells = _find_source_cells(glyph, operands, results)
    if source_cells is None:
        return uncoloured
    return [dict.fromkeys(cells, 1) for cells in source_cells], [{0: 1}] * len(results)


def _trace_moved_numbers(
    operands: Sequence[Tensor], results: Sequence[Tensor]
) -> tuple[list[_CellHues], list[_CellHues]] | None:
    """Follow each number from the cell it came from, or return None where that is not sure.

    It is sure when no number stands twice in the operands and each number of the results stands
    there: then nothing was computed. Booleans are too few to tell.
    """
    if any(isinstance(value, bool) for tensor in (*operands, *results) for value in tensor.values):
        return None
    hues = [
        {
            cell: group % len(HUE_COLORS) + 1
            for cell, group in enumerate(_group_cells(tensor, position, len(operands)))
        }
        for position, tensor in enumerate(operands)
    ]
    hue_by_number = {
        _make_lookup_key(value): hues[position][cell]
        for position, tensor in enumerate(operands)
        for cell, value in enumerate(tensor.values)
    }
    if len(hue_by_number) < sum(tensor.cell_count for tensor in operands):
        return None
    if any(
        _make_lookup_key(value) not in hue_by_number
        for tensor in results
        for value in tensor.values
    ):
        return None
    return list(hues), [
        {cell: hue_by_number[_make_lookup_key(value)] for cell, value in enumerate(tensor.values)}
        for tensor in results
    ]


def _group_cells(tensor: Tensor, position: int, operand_count: int) -> list[int]:
    """Tell a tensor's cells apart: by operand, or of one operand by row, or 1-D by cell."""
    if operand_count > 1:
        return [position] * tensor.cell_count
    group_size = tensor.column_count if len(tensor.shape) > 1 else 1
    return [cell // group_size for cell in range(tensor.cell_count)]


def _make_lookup_key(value: _Number) -> _Number | str:
    """Return what a number is found by: a NaN is not equal to itself."""
    return "nan" if isinstance(value, float) and math.isnan(value) else value


def _find_source_cells(
    glyph: str, operands: Sequence[Tensor], results: Sequence[Tensor]
) -> list[Collection[int]] | None:
    """Return the cells of each operand that made the results' first cell.

    None where the shapes are not those that the glyph makes of the operands.
    """
    shapes = [tensor.shape for tensor in operands]
    if glyph == "@":
        if len(shapes) != 2 or not all(shapes):
            return None
        result_shape = _multiply_shapes(shapes[0], shapes[1])
        cells: list[Collection[int]] = [
            range(shapes[0][-1]),  # row 0
            range(0, math.prod(shapes[1][-2:]), shapes[1][-1] if len(shapes[1]) > 1 else 1),
        ]
    else:
        result_shape = _broadcast_shapes(shapes)
        cells = [(0,)] * len(operands)
    return cells if all(tensor.shape == result_shape for tensor in results) else None


def _broadcast_shapes(shapes: Sequence[tuple[int, ...]]) -> tuple[int, ...] | None:
    dimension_count = max(map(len, shapes))
    aligned = [(1,) * (dimension_count - len(shape)) + shape for shape in shapes]
    sizes_by_dimension = [set(sizes) - {1} for sizes in zip(*aligned, strict=True)]
    if any(len(sizes) > 1 for sizes in sizes_by_dimension):
        return None
    return tuple(max(sizes, default=1) for sizes in sizes_by_dimension)


def _multiply_shapes(left: tuple[int, ...], right: tuple[int, ...]) -> tuple[int, ...] | None:
    batch = _broadcast_shapes([left[:-2], right[:-2]])
    if batch is None or left[-1] != right[-2:][0]:
        return None
    return batch + left[-2:-1] + (right[-1:] if len(right) > 1 else ())


def render_tensor_picture(drawing: Drawing, tensors: Mapping[str, Tensor], alt: str) -> str:
    """Draw it: one block of HTML without blank lines, to stand in Markdown by itself.

    Raises:
        FigureError: for a name that is no tensor of the program, or a tensor too large to read.
    """
    operands = [_find_drawable_tensor(drawing, name, tensors) for name in drawing.operands]
    results = [_find_drawable_tensor(drawing, name, tensors) for name in drawing.results]
    hues = _choose_colours(drawing.glyph, operands, results)
    shown_tensors, names = [*operands, *results], [*drawing.operands, *drawing.results]
    longest_number = max(
        len(_format_number(value)) for tensor in shown_tensors for value in tensor.values
    )
    cell_width = _DIGIT_WIDTH_PIXELS * max(longest_number, 2) + 17
    glyphs = [GLYPHS[drawing.glyph or ","]] * len(operands) + [""] * len(results)
    glyphs[0], glyphs[len(operands)] = "", ARROW
    terms = [
        _render_term(glyph, name, tensor, hue, cell_width)
        for glyph, name, tensor, hue in zip(
            glyphs, names, shown_tensors, hues[0] + hues[1], strict=True
        )
    ]
    is_wide = any(
        _compute_grid_width(tensor, cell_width) > _MAX_GRID_WIDTH_PIXELS for tensor in shown_tensors
    )
    label = html.escape(" ".join(alt.split()))
    tabindex = ' tabindex="0"' if is_wide else ""  # what scrolls must be in reach of the keyboard
    lines = [
        f'<figure class="tensor-picture" role="img" aria-label="{label}"{tabindex} {_SEARCH_EXCLUDE_ATTRIBUTE}>',
        '<div class="terms" aria-hidden="true">',
        *terms,
        "</div>",
        "</figure>",
    ]
    return "\n".join(lines)


def _find_drawable_tensor(drawing: Drawing, name: str, tensors: Mapping[str, Tensor]) -> Tensor:
    tensor = tensors.get(name)
    if tensor is None:
        raise FigureError(
            drawing.location,
            f"the program defines no tensor `{name}`",
            f"Bind one to `{name}`, or draw other variables than `{drawing.text}`.",
        )
    shape = _format_shape(tensor)
    if tensor.cell_count == 0:
        raise FigureError(
            drawing.location, f"`{name}` {shape} is empty", "Draw a tensor that has numbers."
        )
    if len(tensor.shape) > MAX_DIMENSIONS:
        raise FigureError(
            drawing.location,
            f"`{name}` {shape} has {len(tensor.shape)} dimensions",
            f"A picture shows at most {MAX_DIMENSIONS}; draw a part of it.",
        )
    if tensor.cell_count > MAX_TENSOR_CELLS:
        raise FigureError(
            drawing.location,
            f"`{name}` {shape} has {tensor.cell_count} cells",
            f"A picture shows at most {MAX_TENSOR_CELLS}; choose smaller sizes.",
        )
    return tensor


def _render_term(glyph: str, name: str, tensor: Tensor, hues: _CellHues, cell_width: int) -> str:
    """One tensor with its caption, and the glyph before it, which wraps with it."""
    sheet_count = tensor.shape[0] if len(tensor.shape) == MAX_DIMENSIONS else 1
    sheet_size = tensor.cell_count // sheet_count
    grids = [
        _render_grid(tensor, hues, sheet * sheet_size, sheet_size, cell_width)
        for sheet in range(sheet_count)
    ]
    if len(tensor.shape) == MAX_DIMENSIONS:
        grids = [f"<div>[{index}]{grid}</div>" for index, grid in enumerate(grids)]
    return (
        '<div class="term">'
        + (f'<div class="glyph">{glyph}</div>' if glyph else "")
        + f'<div class="tensor"><div class="sheets">{"".join(grids)}</div>'
        + f"<b>{html.escape(name)}</b> {_format_shape(tensor)}</div></div>"
    )


def _render_grid(
    tensor: Tensor, hues: _CellHues, first_cell: int, sheet_size: int, cell_width: int
) -> str:
    """One sheet as an SVG: outlines by hue, then the numbers."""
    step_x, step_y = cell_width + _CELL_GAP_PIXELS, _CELL_HEIGHT_PIXELS + _CELL_GAP_PIXELS
    position_by_cell = {
        first_cell + cell: (
            cell % tensor.column_count * step_x,
            cell // tensor.column_count * step_y,
        )
        for cell in range(sheet_size)
    }
    outlines = []
    for hue in sorted({hues.get(cell, 0) for cell in position_by_cell}):
        rects = "".join(
            f'<rect x="{x}" y="{y}" width="{cell_width - 1}" height="{_CELL_HEIGHT_PIXELS - 1}" rx="{_CORNER_RADIUS_PIXELS}"/>'
            for cell, (x, y) in position_by_cell.items()
            if hues.get(cell, 0) == hue
        )
        outlines.append(f'<g class="hue-{hue}">{rects}</g>' if hue else f"<g>{rects}</g>")
    numbers = "".join(
        f'<text x="{x + (cell_width - 1) // 2}" y="{y + 17}">{_format_number(tensor.values[cell])}</text>'
        for cell, (x, y) in position_by_cell.items()
    )
    grid_width = _compute_grid_width(tensor, cell_width)
    grid_height = sheet_size // tensor.column_count * step_y - _CELL_GAP_PIXELS
    wide_class = ' class="wide"' if grid_width > _MAX_GRID_WIDTH_PIXELS else ""
    return (  # half a pixel to the left and up, so that outlines lie on whole pixels
        f'<svg{wide_class} viewBox="-.5 -.5 {grid_width} {grid_height}" width="{grid_width}" height="{grid_height}" fill="none"'
        f' stroke="currentColor">{"".join(outlines)}<g fill="currentColor" stroke="none"'
        f' font-size="13" text-anchor="middle">{numbers}</g></svg>'
    )


def _compute_grid_width(tensor: Tensor, cell_width: int) -> int:
    return tensor.column_count * (cell_width + _CELL_GAP_PIXELS) - _CELL_GAP_PIXELS


def _format_shape(tensor: Tensor) -> str:
    return str(tuple(tensor.shape))


def _format_number(value: _Number) -> str:
    """Write a number as PyTorch prints it, floats with at most 3 significant digits."""
    if isinstance(value, bool):
        return "T" if value else "F"
    if not isinstance(value, float) or not math.isfinite(value):
        return str(value)
    if value.is_integer() and abs(value) < 1e6:
        return f"{value:.0f}."
    text = f"{value:.3g}"
    if "e" in text:
        mantissa, exponent = text.split("e")
        return f"{mantissa}e{int(exponent)}"
    return text if "." in text else f"{text}."

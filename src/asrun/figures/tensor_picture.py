"""Tensor pictures: a program's own tensors, drawn as grids of numbers.

A colour says "this number came from there" and nothing else. It is given only where that is sure;
everything else stays without colour. The rules stand at `_trace_moved_numbers` and
`_find_source_cells`.
"""

from __future__ import annotations

import html
import math
from collections.abc import Collection, Mapping, Sequence

from asrun.base.errors import FigureError
from asrun.snippets.drawing import GLYPHS, Drawing
from asrun.worker.protocol import MAX_TENSOR_CELLS, TensorReport
from asrun.worker.style import HUE_COLORS

MAX_DIMENSIONS = 3
ARROW = "→"
_CELL_HEIGHT_PIXELS, _CELL_GAP_PIXELS, _CORNER_RADIUS_PIXELS, _DIGIT_WIDTH_PIXELS = 26, 3, 4, 8
# As wide as 12 cells of two digits. A wider grid scrolls on a phone, a narrower one shrinks.
_MAX_GRID_WIDTH_PIXELS = 432
# Keeps Material's search from the digits: nobody looks for them.
_SEARCH_EXCLUDE_ATTRIBUTE = "data-search-exclude"
_Number = float | int | bool
_CellHues = Mapping[int, int]  # the number of a cell, counted row by row -> its hue


def render_tensor_picture(drawing: Drawing, tensors: Mapping[str, TensorReport], alt: str) -> str:
    """Return a picture as one block of HTML without blank lines, to stand in Markdown by itself.

    Args:
        drawing: what the program asks for.
        tensors: what the run reported of the tensors that it names.
        alt: the picture's alt text.

    Raises:
        FigureError: for a name that is no tensor of the program, or a tensor too large to read.
    """
    operands = [_find_drawable_tensor(drawing, name, tensors) for name in drawing.operands]
    results = [_find_drawable_tensor(drawing, name, tensors) for name in drawing.results]
    hues_by_operand, hues_by_result = _choose_hues(drawing.glyph, operands, results)
    shown_tensors, names = [*operands, *results], [*drawing.operands, *drawing.results]
    longest_number = max(
        len(_format_number(value)) for tensor in shown_tensors for value in tensor["values"]
    )
    cell_width = _DIGIT_WIDTH_PIXELS * max(longest_number, 2) + 17
    glyphs = [GLYPHS[drawing.glyph or ","]] * len(operands) + [""] * len(results)
    glyphs[0], glyphs[len(operands)] = "", ARROW
    terms = [
        _render_term(glyph, name, tensor, hues, cell_width)
        for glyph, name, tensor, hues in zip(
            glyphs, names, shown_tensors, hues_by_operand + hues_by_result, strict=True
        )
    ]
    is_wide = any(
        _compute_grid_width(tensor, cell_width) > _MAX_GRID_WIDTH_PIXELS for tensor in shown_tensors
    )
    label = html.escape(" ".join(alt.split()))
    tabindex = ' tabindex="0"' if is_wide else ""  # what scrolls must be in reach of the keyboard
    return "\n".join(
        (
            f'<figure class="tensor-picture" role="img" aria-label="{label}"{tabindex}'
            f" {_SEARCH_EXCLUDE_ATTRIBUTE}>",
            '<div class="terms" aria-hidden="true">',
            *terms,
            "</div>",
            "</figure>",
        )
    )


def _find_drawable_tensor(
    drawing: Drawing, name: str, tensors: Mapping[str, TensorReport]
) -> TensorReport:
    tensor = tensors.get(name)
    if tensor is None:
        raise FigureError(
            drawing.location,
            f"the program defines no tensor `{name}`",
            f"Bind one to `{name}`, or draw other variables than `{drawing.text}`.",
        )
    shape, cell_count = _format_shape(tensor), _count_cells(tensor)
    if cell_count == 0:
        raise FigureError(
            drawing.location, f"`{name}` {shape} is empty", "Draw a tensor that has numbers."
        )
    if len(tensor["shape"]) > MAX_DIMENSIONS:
        raise FigureError(
            drawing.location,
            f"`{name}` {shape} has {len(tensor['shape'])} dimensions",
            f"A picture shows at most {MAX_DIMENSIONS}; draw a part of it.",
        )
    if cell_count > MAX_TENSOR_CELLS:
        raise FigureError(
            drawing.location,
            f"`{name}` {shape} has {cell_count} cells",
            f"A picture shows at most {MAX_TENSOR_CELLS}; choose smaller sizes.",
        )
    return tensor


def _choose_hues(
    glyph: str, operands: Sequence[TensorReport], results: Sequence[TensorReport]
) -> tuple[list[_CellHues], list[_CellHues]]:
    """Return the hues of each operand's cells and of each result's cells; none where unsure."""
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
    operands: Sequence[TensorReport], results: Sequence[TensorReport]
) -> tuple[list[_CellHues], list[_CellHues]] | None:
    """Give each number of the results the hue of the cell it came from; None where not sure.

    It is sure if no number stands twice in the operands and each number of the results stands
    there: then nothing was computed. There are too few booleans to tell them apart.
    """
    if any(
        isinstance(value, bool) for tensor in (*operands, *results) for value in tensor["values"]
    ):
        return None
    hues_by_operand = [
        {
            cell: group % len(HUE_COLORS) + 1
            for cell, group in enumerate(_group_cells(tensor, position, len(operands)))
        }
        for position, tensor in enumerate(operands)
    ]
    hue_by_number = {
        _make_lookup_key(value): hues[cell]
        for tensor, hues in zip(operands, hues_by_operand, strict=True)
        for cell, value in enumerate(tensor["values"])
    }
    if len(hue_by_number) < sum(map(_count_cells, operands)):
        return None
    result_keys = [[_make_lookup_key(value) for value in tensor["values"]] for tensor in results]
    if any(key not in hue_by_number for keys in result_keys for key in keys):
        return None
    return list(hues_by_operand), [
        {cell: hue_by_number[key] for cell, key in enumerate(keys)} for keys in result_keys
    ]


def _group_cells(tensor: TensorReport, position: int, operand_count: int) -> list[int]:
    """Return the group of each cell of an operand; a group has one hue.

    Several operands are a group each. Of a single operand each row is one; of a 1-D operand, each
    cell.
    """
    if operand_count > 1:
        return [position] * _count_cells(tensor)
    group_size = _count_columns(tensor) if len(tensor["shape"]) > 1 else 1
    return [cell // group_size for cell in range(_count_cells(tensor))]


def _make_lookup_key(value: _Number) -> _Number | str:
    """Return what a number is found by in a dictionary: a NaN is not equal to itself."""
    return "nan" if isinstance(value, float) and math.isnan(value) else value


def _find_source_cells(
    glyph: str, operands: Sequence[TensorReport], results: Sequence[TensorReport]
) -> list[Collection[int]] | None:
    """Return the cells of each operand that the results' first cell was computed from.

    None where the results' shapes are not those that the glyph makes of the operands.
    """
    shapes = [tuple(tensor["shape"]) for tensor in operands]
    if glyph == "@":
        if len(shapes) != 2 or not all(shapes):
            return None
        left, right = shapes
        result_shape = _multiply_shapes(left, right)
        first_row = range(left[-1])
        first_column = range(0, math.prod(right[-2:]), right[-1] if len(right) > 1 else 1)
        source_cells: list[Collection[int]] = [first_row, first_column]
    else:
        result_shape = _broadcast_shapes(shapes)
        source_cells = [(0,)] * len(operands)
    is_expected = all(tuple(tensor["shape"]) == result_shape for tensor in results)
    return source_cells if is_expected else None


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


def _render_term(
    glyph: str, name: str, tensor: TensorReport, hues: _CellHues, cell_width: int
) -> str:
    """Return a tensor with its caption, and the glyph before it, so that they wrap together."""
    is_stack = len(tensor["shape"]) == MAX_DIMENSIONS
    sheet_count = tensor["shape"][0] if is_stack else 1
    sheet_size = _count_cells(tensor) // sheet_count
    grids = [
        _render_grid(tensor, hues, sheet * sheet_size, sheet_size, cell_width)
        for sheet in range(sheet_count)
    ]
    if is_stack:
        grids = [f"<div>[{index}]{grid}</div>" for index, grid in enumerate(grids)]
    return (
        '<div class="term">'
        + (f'<div class="glyph">{glyph}</div>' if glyph else "")
        + f'<div class="tensor"><div class="sheets">{"".join(grids)}</div>'
        + f"<b>{html.escape(name)}</b> {_format_shape(tensor)}</div></div>"
    )


def _render_grid(
    tensor: TensorReport, hues: _CellHues, first_cell: int, sheet_size: int, cell_width: int
) -> str:
    """Return one sheet as an SVG: the outlines of the cells, by hue, then their numbers."""
    column_count = _count_columns(tensor)
    step_x, step_y = cell_width + _CELL_GAP_PIXELS, _CELL_HEIGHT_PIXELS + _CELL_GAP_PIXELS
    position_by_cell = {
        first_cell + cell: (cell % column_count * step_x, cell // column_count * step_y)
        for cell in range(sheet_size)
    }
    size = f'width="{cell_width - 1}" height="{_CELL_HEIGHT_PIXELS - 1}"'
    outlines = []
    for hue in sorted({hues.get(cell, 0) for cell in position_by_cell}):
        rects = "".join(
            f'<rect x="{x}" y="{y}" {size} rx="{_CORNER_RADIUS_PIXELS}"/>'
            for cell, (x, y) in position_by_cell.items()
            if hues.get(cell, 0) == hue
        )
        outlines.append(f'<g class="hue-{hue}">{rects}</g>' if hue else f"<g>{rects}</g>")
    numbers = "".join(
        f'<text x="{x + (cell_width - 1) // 2}" y="{y + 17}">{_format_number(value)}</text>'
        for value, (x, y) in zip(
            tensor["values"][first_cell : first_cell + sheet_size],
            position_by_cell.values(),
            strict=True,
        )
    )
    width = _compute_grid_width(tensor, cell_width)
    height = sheet_size // column_count * step_y - _CELL_GAP_PIXELS
    wide_class = ' class="wide"' if width > _MAX_GRID_WIDTH_PIXELS else ""
    # The view begins half a pixel to the left and above, so that outlines lie on whole pixels.
    return (
        f'<svg{wide_class} viewBox="-.5 -.5 {width} {height}" width="{width}" height="{height}"'
        f' fill="none" stroke="currentColor">{"".join(outlines)}<g fill="currentColor"'
        f' stroke="none" font-size="13" text-anchor="middle">{numbers}</g></svg>'
    )


def _compute_grid_width(tensor: TensorReport, cell_width: int) -> int:
    return _count_columns(tensor) * (cell_width + _CELL_GAP_PIXELS) - _CELL_GAP_PIXELS


def _count_cells(tensor: TensorReport) -> int:
    """Return how many numbers a tensor has, reported or not."""
    return math.prod(tensor["shape"])


def _count_columns(tensor: TensorReport) -> int:
    """Return how many numbers stand in a row."""
    return tensor["shape"][-1] if tensor["shape"] else 1


def _format_shape(tensor: TensorReport) -> str:
    return str(tuple(tensor["shape"]))


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

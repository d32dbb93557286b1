"""Tensor pictures: a program's own tensors, drawn as grids of numbers.

A colour says "this number came from there" and nothing else. It is given only where that is sure;
everything else stays without colour. The rules stand at `_moved` and `_made`.
"""

from __future__ import annotations

import html
import keyword
import math
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from asrun.errors import FigureError, Place
from asrun.worker.program import CELLS
from asrun.worker.style import HUES

MAX_DIMS = 3

GLYPHS = {",": "", "@": "@", "+": "+", "-": "-", "*": "×", "/": "÷"}
ARROW = "→"

_TOKEN = re.compile(r"\w+|[^\w\s]+")

_HEIGHT, _GAP, _CORNER, _DIGIT = 26, 3, 4, 8
_WIDEST = 432  # 12 cells of two digits; what is wider scrolls on a phone, the rest shrinks

_UNSEARCHED = "data-search-exclude"  # Material's search index: digits are nothing to search for

_Number = float | int | bool | None
_Hues = Mapping[int, int]  # cell, counted row by row, to its hue


@dataclass(frozen=True)
class Tensor:
    """A tensor as the run reports it; ``values`` row by row (absent above `CELLS`)."""

    shape: tuple[int, ...]
    dtype: str
    values: tuple[_Number, ...]

    @property
    def cells(self) -> int:
        """How many numbers it has, reported or not."""
        return math.prod(self.shape)

    @property
    def columns(self) -> int:
        """How many numbers stand in a row."""
        return self.shape[-1] if self.shape else 1


@dataclass(frozen=True)
class Drawing:
    """A parsed ``# draw: x, y -> z``; ``glyph`` is empty where the operands stand side by side."""

    place: Place
    text: str
    operands: tuple[str, ...]
    glyph: str
    results: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """All variables it draws, in order, without repeats."""
        return tuple(dict.fromkeys(self.operands + self.results))


# --- the directive ------------------------------------------------------------------------------


def parse_drawing(text: str, place: Place) -> Drawing:
    """Read what stands behind ``# draw:``.

    Raises:
        FigureError: for anything but names, one kind of glyph between them, one arrow, names.
    """
    sides = text.split("->")
    if len(sides) != 2:
        raise FigureError(
            place,
            f"`# draw: {text}` has {'no' if len(sides) == 1 else 'more than one'} arrow",
            "Write operands, one arrow and results, such as `x, y -> z`.",
        )
    operands, glyphs = _names(sides[0], text, place)
    results, commas = _names(sides[1], text, place)
    if len(glyphs) > 1 or commas - {","}:
        raise FigureError(
            place,
            f"`# draw: {text}` mixes glyphs",
            "Between operands put one kind of glyph, between results put commas.",
        )
    if both := [name for name in results if name in operands]:
        raise FigureError(
            place,
            f"`{both[0]}` stands on both sides of `# draw: {text}`",
            f"Keep `before = {both[0]}.clone()` in the program and draw `before -> {both[0]}`.",
        )
    glyph = "".join(glyphs - {","})
    return Drawing(place, text, operands, glyph, results)


def _names(side: str, text: str, place: Place) -> tuple[tuple[str, ...], set[str]]:
    """Split one side of the arrow into its names and the set of its glyphs."""
    tokens = _TOKEN.findall(side)
    names, glyphs = tokens[::2], tokens[1::2]
    for glyph in glyphs:
        if glyph not in GLYPHS:
            raise FigureError(
                place,
                f"`{glyph}` is no glyph in `# draw: {text}`",
                f"Put one of `{' '.join(GLYPHS)}` between the names of plain variables.",
            )
    for name in names:
        if not name.isidentifier() or keyword.iskeyword(name):
            raise FigureError(
                place,
                f"`{name}` is no variable's name in `# draw: {text}`",
                "Give the tensor a name in the program and draw that.",
            )
    if len(names) == len(glyphs):
        raise FigureError(
            place,
            f"`# draw: {text}` lacks a name",
            "A name stands before and behind each glyph and the arrow, such as `x, y -> z`.",
        )
    return tuple(names), set(glyphs)


# --- colour -------------------------------------------------------------------------------------


def _colours(
    glyph: str, operands: Sequence[Tensor], results: Sequence[Tensor]
) -> tuple[list[_Hues], list[_Hues]]:
    """Return the hues of each operand's cells and of each result's cells."""
    plain: tuple[list[_Hues], list[_Hues]] = ([{}] * len(operands), [{}] * len(results))
    if not glyph:
        return _moved(operands, results) or plain
    made = _made(glyph, operands, results)
    if made is None:
        return plain
    return [dict.fromkeys(cells, 1) for cells in made], [{0: 1}] * len(results)


def _moved(
    operands: Sequence[Tensor], results: Sequence[Tensor]
) -> tuple[list[_Hues], list[_Hues]] | None:
    """Follow each number from the cell it came from, or return None where that is not sure.

    It is sure when no number stands twice in the operands and each number of the results stands
    there: then nothing was computed. Booleans are too few to tell.
    """
    if any(isinstance(value, bool) for tensor in (*operands, *results) for value in tensor.values):
        return None
    hues = [
        {
            cell: origin % len(HUES) + 1
            for cell, origin in enumerate(_origins(tensor, position, len(operands)))
        }
        for position, tensor in enumerate(operands)
    ]
    found = {
        _key(value): hues[position][cell]
        for position, tensor in enumerate(operands)
        for cell, value in enumerate(tensor.values)
    }
    if len(found) < sum(tensor.cells for tensor in operands):
        return None
    if any(_key(value) not in found for tensor in results for value in tensor.values):
        return None
    return list(hues), [
        {cell: found[_key(value)] for cell, value in enumerate(tensor.values)} for tensor in results
    ]


def _origins(tensor: Tensor, position: int, operands: int) -> list[int]:
    """Tell a tensor's cells apart: by operand, or of one operand by row, or 1-D by cell."""
    if operands > 1:
        return [position] * tensor.cells
    row = tensor.columns if len(tensor.shape) > 1 else 1
    return [cell // row for cell in range(tensor.cells)]


def _key(value: _Number) -> _Number | str:
    """Return what a number is found by: a NaN is not equal to itself."""
    return "nan" if isinstance(value, float) and math.isnan(value) else value


def _made(
    glyph: str, operands: Sequence[Tensor], results: Sequence[Tensor]
) -> list[Collection[int]] | None:
    """Return the cells of each operand that made the results' first cell.

    None where the shapes are not those that the glyph makes of the operands.
    """
    shapes = [tensor.shape for tensor in operands]
    if glyph == "@":
        if len(shapes) != 2 or not all(shapes):
            return None
        made = _matmul(shapes[0], shapes[1])
        cells: list[Collection[int]] = [
            range(shapes[0][-1]),  # row 0
            range(0, math.prod(shapes[1][-2:]), shapes[1][-1] if len(shapes[1]) > 1 else 1),
        ]
    else:
        made = _broadcast(shapes)
        cells = [(0,)] * len(operands)
    return cells if all(tensor.shape == made for tensor in results) else None


def _broadcast(shapes: Sequence[tuple[int, ...]]) -> tuple[int, ...] | None:
    dims = max(map(len, shapes))
    aligned = [(1,) * (dims - len(shape)) + shape for shape in shapes]
    columns = [set(sizes) - {1} for sizes in zip(*aligned, strict=True)]
    if any(len(sizes) > 1 for sizes in columns):
        return None
    return tuple(max(sizes, default=1) for sizes in columns)


def _matmul(a: tuple[int, ...], b: tuple[int, ...]) -> tuple[int, ...] | None:
    batch = _broadcast([a[:-2], b[:-2]])
    if batch is None or a[-1] != b[-2:][0]:
        return None
    return batch + a[-2:-1] + (b[-1:] if len(b) > 1 else ())


# --- the picture --------------------------------------------------------------------------------


def picture(drawing: Drawing, tensors: Mapping[str, Tensor], alt: str) -> str:
    """Draw it: one block of HTML without blank lines, to stand in Markdown by itself.

    Raises:
        FigureError: for a name that is no tensor of the program, or a tensor too large to read.
    """
    operands = [_drawable(drawing, name, tensors) for name in drawing.operands]
    results = [_drawable(drawing, name, tensors) for name in drawing.results]
    hues = _colours(drawing.glyph, operands, results)
    drawn, names = [*operands, *results], [*drawing.operands, *drawing.results]
    longest = max(len(_number(value)) for tensor in drawn for value in tensor.values)
    width = _DIGIT * max(longest, 2) + 17
    glyphs = [GLYPHS[drawing.glyph or ","]] * len(operands) + [""] * len(results)
    glyphs[0], glyphs[len(operands)] = "", ARROW
    terms = [
        _term(glyph, name, tensor, hue, width)
        for glyph, name, tensor, hue in zip(glyphs, names, drawn, hues[0] + hues[1], strict=True)
    ]
    wide = any(_across(tensor, width) > _WIDEST for tensor in drawn)
    label = html.escape(" ".join(alt.split()))
    reach = ' tabindex="0"' if wide else ""  # what scrolls must be in reach of the keyboard
    lines = [
        f'<figure class="tensor-picture" role="img" aria-label="{label}"{reach} {_UNSEARCHED}>',
        '<div class="terms" aria-hidden="true">',
        *terms,
        "</div>",
        "</figure>",
    ]
    return "\n".join(lines)


def _drawable(drawing: Drawing, name: str, tensors: Mapping[str, Tensor]) -> Tensor:
    tensor = tensors.get(name)
    if tensor is None:
        raise FigureError(
            drawing.place,
            f"the program defines no tensor `{name}`",
            f"Bind one to `{name}`, or draw other variables than `{drawing.text}`.",
        )
    shape = _shape(tensor)
    if tensor.cells == 0:
        raise FigureError(
            drawing.place, f"`{name}` {shape} is empty", "Draw a tensor that has numbers."
        )
    if len(tensor.shape) > MAX_DIMS:
        raise FigureError(
            drawing.place,
            f"`{name}` {shape} has {len(tensor.shape)} dimensions",
            f"A picture shows at most {MAX_DIMS}; draw a part of it.",
        )
    if tensor.cells > CELLS:
        raise FigureError(
            drawing.place,
            f"`{name}` {shape} has {tensor.cells} cells",
            f"A picture shows at most {CELLS}; choose smaller sizes.",
        )
    return tensor


def _term(glyph: str, name: str, tensor: Tensor, hues: _Hues, width: int) -> str:
    """One tensor with its caption, and the glyph before it, which wraps with it."""
    sheets = tensor.shape[0] if len(tensor.shape) == MAX_DIMS else 1
    size = tensor.cells // sheets
    grids = [_grid(tensor, hues, sheet * size, size, width) for sheet in range(sheets)]
    if len(tensor.shape) == MAX_DIMS:
        grids = [f"<div>[{index}]{grid}</div>" for index, grid in enumerate(grids)]
    return (
        '<div class="term">'
        + (f'<div class="glyph">{glyph}</div>' if glyph else "")
        + f'<div class="tensor"><div class="sheets">{"".join(grids)}</div>'
        + f"<b>{html.escape(name)}</b> {_shape(tensor)}</div></div>"
    )


def _grid(tensor: Tensor, hues: _Hues, first: int, size: int, width: int) -> str:
    """One sheet as an SVG: outlines by hue, then the numbers."""
    step_x, step_y = width + _GAP, _HEIGHT + _GAP
    at = {
        first + cell: (cell % tensor.columns * step_x, cell // tensor.columns * step_y)
        for cell in range(size)
    }
    outlines = []
    for hue in sorted({hues.get(cell, 0) for cell in at}):
        rects = "".join(
            f'<rect x="{x}" y="{y}" width="{width - 1}" height="{_HEIGHT - 1}" rx="{_CORNER}"/>'
            for cell, (x, y) in at.items()
            if hues.get(cell, 0) == hue
        )
        outlines.append(f'<g class="hue-{hue}">{rects}</g>' if hue else f"<g>{rects}</g>")
    numbers = "".join(
        f'<text x="{x + (width - 1) // 2}" y="{y + 17}">{_number(tensor.values[cell])}</text>'
        for cell, (x, y) in at.items()
    )
    across = _across(tensor, width)
    down = size // tensor.columns * step_y - _GAP
    wide = ' class="wide"' if across > _WIDEST else ""
    return (  # half a pixel to the left and up, so that outlines lie on whole pixels
        f'<svg{wide} viewBox="-.5 -.5 {across} {down}" width="{across}" height="{down}" fill="none"'
        f' stroke="currentColor">{"".join(outlines)}<g fill="currentColor" stroke="none"'
        f' font-size="13" text-anchor="middle">{numbers}</g></svg>'
    )


def _across(tensor: Tensor, width: int) -> int:
    return tensor.columns * (width + _GAP) - _GAP


def _shape(tensor: Tensor) -> str:
    return str(tuple(tensor.shape))


def _number(value: _Number) -> str:
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

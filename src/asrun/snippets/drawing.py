"""The grammar of a ``# draw:`` directive: which tensors of the program a picture shows."""

from __future__ import annotations

import keyword
import re
from dataclasses import dataclass

from asrun.base.errors import FigureError, Location

# What may stand between operands, and how a picture writes it.
GLYPHS = {",": "", "@": "@", "+": "+", "-": "-", "*": "×", "/": "÷"}
_TOKEN = re.compile(r"\w+|[^\w\s]+")


@dataclass(frozen=True)
class Drawing:
    """A parsed ``# draw: x, y -> z``.

    Attributes:
        location: the directive's line.
        text: what the directive says, as written.
        operands: the variables before the arrow.
        glyph: the one that stands between the operands; empty where they stand side by side.
        results: the variables behind the arrow.
    """

    location: Location
    text: str
    operands: tuple[str, ...]
    glyph: str
    results: tuple[str, ...]

    @property
    def variable_names(self) -> tuple[str, ...]:
        """All variables that it draws, in order, each once."""
        return tuple(dict.fromkeys(self.operands + self.results))


def parse_drawing(text: str, location: Location) -> Drawing:
    """Parse the value of a ``# draw:`` directive.

    Raises:
        FigureError: for anything but operands with one kind of glyph between them, one arrow, and
            results with commas between them.
    """
    sides = text.split("->")
    if len(sides) != 2:
        raise FigureError(
            location,
            f"`# draw: {text}` has {'no' if len(sides) == 1 else 'more than one'} arrow",
            "Write operands, one arrow and results, such as `x, y -> z`.",
        )
    operands, glyphs = _split_names(sides[0], text, location)
    results, result_glyphs = _split_names(sides[1], text, location)
    if len(glyphs) > 1 or result_glyphs - {","}:
        raise FigureError(
            location,
            f"`# draw: {text}` mixes glyphs",
            "Between operands put one kind of glyph, between results put commas.",
        )
    if name := next((name for name in results if name in operands), None):
        raise FigureError(
            location,
            f"`{name}` stands on both sides of `# draw: {text}`",
            f"Keep `before = {name}.clone()` in the program and draw `before -> {name}`.",
        )
    glyph = "".join(glyphs - {","})
    return Drawing(location, text, operands, glyph, results)


def _split_names(side: str, text: str, location: Location) -> tuple[tuple[str, ...], set[str]]:
    """Split one side of the arrow into its names and the set of its glyphs."""
    tokens = _TOKEN.findall(side)
    names, glyphs = tokens[::2], tokens[1::2]
    for glyph in glyphs:
        if glyph not in GLYPHS:
            raise FigureError(
                location,
                f"`{glyph}` is no glyph in `# draw: {text}`",
                f"Put one of `{' '.join(GLYPHS)}` between the names of plain variables.",
            )
    for name in names:
        if not name.isidentifier() or keyword.iskeyword(name):
            raise FigureError(
                location,
                f"`{name}` is no variable's name in `# draw: {text}`",
                "Give the tensor a name in the program and draw that.",
            )
    if len(names) == len(glyphs):
        raise FigureError(
            location,
            f"`# draw: {text}` lacks a name",
            "A name stands before and behind each glyph and the arrow, such as `x, y -> z`.",
        )
    return tuple(names), set(glyphs)

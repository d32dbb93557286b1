"""TODO docstring."""

from __future__ import annotations

import keyword
import re
from dataclasses import dataclass

from asrun.base.errors import FigureError, Location
from asrun.snippets.snippet import Snippet

VARIABLE_NAME = re.compile(r"[^\W\d]\w*")


def list_drawn_names(snippet: Snippet) -> list[str]:
    """Return the variables that its `# draw:` directives name, each once."""
    names = (
        name for directive in snippet.drawings for name in VARIABLE_NAME.findall(directive.value)
    )
    return list(dict.fromkeys(names))


GLYPHS = {",": "", "@": "@", "+": "+", "-": "-", "*": "×", "/": "÷"}
_TOKEN = re.compile(r"\w+|[^\w\s]+")


@dataclass(frozen=True)
class Drawing:
    """A parsed ``# draw: x, y -> z``; ``glyph`` is empty where the operands stand side by side."""

    location: Location
    text: str
    operands: tuple[str, ...]
    glyph: str
    results: tuple[str, ...]

    @property
    def variable_names(self) -> tuple[str, ...]:
        """All variables it draws, in order, without repeats."""
        return tuple(dict.fromkeys(self.operands + self.results))


def parse_drawing(text: str, location: Location) -> Drawing:
    """Read what stands behind ``# draw:``.

    Raises:
        FigureError: for anything but names, one kind of glyph between them, one arrow, names.
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
    if repeated_names := [name for name in results if name in operands]:
        raise FigureError(
            location,
            f"`{repeated_names[0]}` stands on both sides of `# draw: {text}`",
            f"Keep `before = {repeated_names[0]}.clone()` in the program and draw `before -> {repeated_names[0]}`.",
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

"""Text: where two differ, how wide a line is, and how to show text in Markdown as it is."""

from __future__ import annotations

import re
import unicodedata
from itertools import zip_longest
from typing import NamedTuple

FRONT_MATTER_PATTERN = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)


class LineDifference(NamedTuple):
    """The first line that two texts do not share.

    ``first`` and ``second`` are the line in each, without its end; None if the text has ended. They
    are the same if the lines differ in their ends alone.
    """

    number: int
    first: str | None
    second: str | None


def find_first_difference(first: str, second: str) -> LineDifference | None:
    """Return the first line that two texts do not share; None if they are the same."""
    lines = zip_longest(first.splitlines(keepends=True), second.splitlines(keepends=True))
    for number, (first_line, second_line) in enumerate(lines, 1):
        if first_line != second_line:
            return LineDifference(number, _strip_line_end(first_line), _strip_line_end(second_line))
    return None


def _strip_line_end(line: str | None) -> str | None:
    return line and line.splitlines()[0]


def count_common_characters(first: str, second: str) -> int:
    """Return how many characters two texts share at their beginning."""
    pairs = enumerate(zip(first, second, strict=False))
    shorter_length = min(len(first), len(second))
    return next((index for index, (a, b) in pairs if a != b), shorter_length)


def count_columns(line: str) -> int:
    """Return how many columns a line takes in a code font: full-width characters take two."""
    if line.isascii():
        return len(line)
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in line)


def escape_markdown(text: str) -> str:
    """Return text that Markdown shows as it is."""
    return re.sub(r"([\\`*_\[\]<>|])", r"\\\1", text)


def choose_fence(text: str) -> str:
    """Return the backticks that open and close a code block which holds this text."""
    longest = max((len(backticks) for backticks in re.findall(r"`+", text)), default=0)
    return "`" * max(3, 1 + longest)


def fence_text(text: str, language: str = "text") -> str:
    """Return text as a code block that nothing in it can end."""
    fence = choose_fence(text)
    return f"{fence}{language}\n{text}\n{fence}"

"""TODO docstring."""

from __future__ import annotations

import re
import unicodedata


def fence_text(text: str, language: str = "text") -> str:
    """Return text as a code block that nothing in it can end."""
    fence = "`" * max(3, 1 + max(map(len, re.findall(r"`+", text)), default=0))
    return f"{fence}{language}\n{text}\n{fence}"


def count_longest_backticks(text: str) -> int:
    return max((len(backticks) for backticks in re.findall(r"`{3,}", text)), default=0)


def escape_markdown(text: str) -> str:
    """Return text that Markdown shows as it is."""
    return re.sub(r"([\\`*_\[\]<>|])", r"\\\1", text)


FRONT_MATTER_PATTERN = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)


def count_columns(line: str) -> int:
    """Return how many columns a line takes in a code font: full-width characters take two."""
    if line.isascii():
        return len(line)
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in line)

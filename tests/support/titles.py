"""Titles that shells, make, YAML, Markdown and HTML would each like to read in their own way."""

from __future__ import annotations

import random
from collections.abc import Iterator

HARD_TITLES = (
    "3.10",
    "On",
    "No",
    "y",
    "null",
    "~",
    "1e3",
    "0x1F",
    "1_000",
    "12:30:00",
    "2026-11-30",
    ".inf",
    "a: b",
    "a:",
    "a #b",
    "#1",
    "C#",
    "@torch",
    "!x",
    "&x",
    "AT&amp;T",
    "*x*",
    "{x}",
    "x { #id }",
    "[x](y)",
    "- x",
    "? x",
    "| x",
    "> x",
    "%x",
    "`x`",
    "The `echo pwned` function",
    "$5 and $(HOME)",
    "${title}",
    "$$",
    'say "x"',
    "it's",
    "'x' and \"y\"",
    "C:\\dir",
    "\\",
    "__init__",
    "snake_case",
    "List<int>",
    "<b>x</b>",
    "</title><b>",
    "a -- b",
    "--en",
    "按索引取数",
    "用 `$x` 求 3.10: #1",
    "100%",
)

_PIECES = (
    *"aZ9 :#@!&*{}[]()<>|`'\"\\$%~^_-=+?,./;数。，",
    *("torch", "索引", "On", "1e3", ": ", " #", "--", "${x}", "$(y)", "&lt;", "**", "__", "``"),
)


def generate_titles(count: int, seed: int = 15) -> Iterator[str]:
    """Yield titles at random, the same for the same seed; none begins or ends with a space."""
    chance = random.Random(seed)
    while count:
        title = "".join(chance.choices(_PIECES, k=chance.randint(1, 9))).strip()
        if title:
            count -= 1
            yield title

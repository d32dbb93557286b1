"""Text that a page cannot show as it is: HTML and Markdown would drop or change some of it."""

from __future__ import annotations

import re
from collections.abc import Iterator

_CHANGED_CHARACTER = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x85\u2028\u2029\ufeff]")


def find_undisplayable_lines(text: str, *, is_output: bool) -> Iterator[tuple[int, str, str]]:
    """Yield the lines that a page would show otherwise: number, what is wrong, what to do.

    Args:
        text: a program, or what it printed.
        is_output: whether it was printed: then its first and last line must not be blank.
    """
    lines = text.removesuffix("\n").split("\n") if text else []
    for number, line in enumerate(lines, 1):
        if "\t" in line:
            yield (
                number,
                "a tab, which a page shows as spaces",
                "Print spaces, or `repr` of the text."
                if is_output
                else "Write `\\t` in the string, and spaces elsewhere.",
            )
        if match := _CHANGED_CHARACTER.search(line):
            yield (
                number,
                f"the character U+{ord(match[0]):04X}, which a page cannot show",
                "Print the text with `repr`."
                if is_output
                else "Write it as an escape in the string.",
            )
    if is_output and lines:
        for number in sorted({1, len(lines)}):
            if not lines[number - 1].strip():
                yield (
                    number,
                    "a blank line first or last in an output, which a page does not show",
                    "Print no empty line there.",
                )

"""Boxes (``!!! note``), which Python-Markdown knows and CommonMark does not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

_BOX_INDENT = "    "
_BOX = re.compile(r"(?P<indent>\s*)(?P<marker>!!!|\?\?\?\+?|={3}[!+]?)\s+\S")


def find_boxes(lines: Sequence[str]) -> Iterator[range]:
    """Yield the numbers of the lines of each box, from 1; a box in a box comes after it."""
    for number, line in enumerate(lines, 1):
        match = _BOX.match(line)
        if match is None:
            continue
        indent = match["indent"] + _BOX_INDENT
        end = number
        for following in range(number + 1, len(lines) + 1):
            text = lines[following - 1]
            if text.startswith(indent):
                end = following
            elif text.strip():
                break
        yield range(number, end + 1)


def unbox_lines(lines: Sequence[str], boxes: Sequence[range]) -> list[str]:
    """Return as many lines, with what stands in boxes as if it stood by itself."""
    unboxed = list(lines)
    for box in boxes:
        unboxed[box.start - 1] = ""
        for number in box[1:]:
            unboxed[number - 1] = unboxed[number - 1].removeprefix(_BOX_INDENT)
    return unboxed

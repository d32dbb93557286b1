"""A sketch of what a run drew: small enough to write down, and enough to see that it changed.

The same program draws a little differently on another CPU: the last digits of numbers differ, and
so may a colour by one step. So a sketch holds the form of a figure exactly (elements, texts,
colours, how many points), and its coordinates as a few sums under fixed random signs. A point that
moves by some pixels changes each of them by as much; noise does not add up.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from asrun.errors import Place
from asrun.judge import Run
from asrun.plot import plot

SUMS = 4
TOLERANCE = 3.0  # pixels

_PLACED = re.compile(r'(?<= )(d|x|y|cx|cy|x1|x2|y1|y2|points|transform|width|height)="([^"]*)"')
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")
_IMAGE = re.compile(r'href="data:image/png;base64,([^"]*)"')


@dataclass(frozen=True)
class Sketch:
    """Digest of the form, sums of the coordinates; ``by`` is matplotlib's version, if it drew."""

    form: str
    sums: tuple[float, ...] = ()
    by: str | None = None


def sketch(run: Run) -> Sketch | None:
    """Return the sketch of a run's tensors (to three digits) and plots; None if it drew nothing."""
    if not run.tensors and not run.plots:
        return None
    form: list[Any] = [
        [name, found["shape"], found["dtype"], [_three_digits(v) for v in found["values"]]]
        for name, found in sorted(run.tensors.items())
    ]
    numbers: list[float] = []

    def taken(match: re.Match[str]) -> str:
        if match[1] == "transform" and re.search("matrix|scale", match[2]):
            return match[0]
        numbers.extend(float(number) for number in _NUMBER.findall(match[2]))
        return f'{match[1]}="{_NUMBER.sub("#", match[2])}"'

    for svg in run.plots:
        drawn = plot(svg, "", "f", Place("a plot"))
        numbers.extend(shade for image in _IMAGE.findall(drawn) for shade in _shades(image))
        form.append(_PLACED.sub(taken, _IMAGE.sub("", drawn)))
    digest = hashlib.sha256(json.dumps(form).encode()).hexdigest()[:16]
    if not run.plots:
        return Sketch(digest)
    signs = [random.Random(seed) for seed in range(SUMS)]  # noqa: S311
    sums = (sum(n if sign.random() < 0.5 else -n for n in numbers) for sign in signs)
    return Sketch(digest, tuple(round(s, 1) for s in sums), run.versions.get("matplotlib"))


def alike(one: Sketch | None, other: Sketch | None) -> bool:
    """Return whether two sketches are of the same figures.

    Plots by two versions of matplotlib cannot be compared, and pass.
    """
    if one is None or other is None:
        return one is other
    if one.by and other.by and one.by != other.by:
        return True
    return one.form == other.form and all(
        abs(a - b) <= TOLERANCE for a, b in zip(one.sums, other.sums, strict=True)
    )


def _three_digits(value: Any) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def _shades(png: str) -> Iterator[float]:
    """Yield the mean colours of the 16 fields of an image, in steps that one can see."""
    from PIL import Image  # noqa: PLC0415  (matplotlib brings it; nothing else here needs it)

    with Image.open(io.BytesIO(base64.b64decode(png))) as image:
        small = image.convert("RGB").resize((4, 4), Image.Resampling.BOX)
    yield from (value / 4 for value in small.tobytes())

"""Digests of what a run drew: small enough to be committed, and they show that a figure changed.

The same program draws a little differently on another CPU: the last digits of numbers differ, and
so may a colour by one step. So a digest holds the form of a figure exactly (elements, texts,
colours, how many points), and its coordinates as a few sums under fixed random signs. A point that
moves by some pixels changes each sum by as much, while noise cancels out.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from asrun.base.errors import Location
from asrun.figures.plot import render_plot
from asrun.worker.protocol import TensorReport

SUM_COUNT = 4
TOLERANCE_PIXELS = 3.0  # by how much two sums of the same figures may differ
_COORDINATE_ATTRIBUTE = re.compile(
    r'(?<= )(d|x|y|cx|cy|x1|x2|y1|y2|points|transform|width|height)="([^"]*)"'
)
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")
_PNG_IMAGE = re.compile(r'href="data:image/png;base64,([^"]*)"')


@dataclass(frozen=True)
class FigureDigest:
    """What tells a run's figures from others.

    Attributes:
        form_digest: a hash of all but the coordinates.
        coordinate_sums: sums of the plots' coordinates, in pixels, each with signs of its own.
        matplotlib_version: the one that drew the plots; None if there are none.
    """

    form_digest: str
    coordinate_sums: tuple[float, ...] = ()
    matplotlib_version: str | None = None


def compute_figure_digest(
    tensors: Mapping[str, TensorReport], plots: Sequence[str], versions: Mapping[str, str]
) -> FigureDigest | None:
    """Return the digest of what a run drew; None if it drew nothing.

    Args:
        tensors: the tensors that it reported, by name; their numbers count to three digits.
        plots: matplotlib's SVG of each plot.
        versions: the versions of the modules that it used.

    Raises:
        FigureError: for a plot that cannot stand on a page.
    """
    if not tensors and not plots:
        return None
    form_items: list[Any] = [
        [
            name,
            tensor["shape"],
            tensor["dtype"],
            [_format_three_digits(value) for value in tensor["values"]],
        ]
        for name, tensor in sorted(tensors.items())
    ]
    coordinates: list[float] = []

    def take_coordinates(match: re.Match[str]) -> str:
        if match[1] == "transform" and re.search("matrix|scale", match[2]):
            return match[0]  # its factors are part of the form
        coordinates.extend(float(number) for number in _NUMBER.findall(match[2]))
        return f'{match[1]}="{_NUMBER.sub("#", match[2])}"'

    for svg in plots:
        plot = render_plot(svg, alt="", id_prefix="f", location=Location("a plot"))
        for png in _PNG_IMAGE.findall(plot):
            coordinates.extend(_measure_shades(png))
        form_items.append(_COORDINATE_ATTRIBUTE.sub(take_coordinates, _PNG_IMAGE.sub("", plot)))
    form_digest = hashlib.sha256(json.dumps(form_items).encode()).hexdigest()[:16]
    if not plots:
        return FigureDigest(form_digest)
    sign_generators = [random.Random(seed) for seed in range(SUM_COUNT)]  # noqa: S311
    sums = (
        sum(coordinate if generator.random() < 0.5 else -coordinate for coordinate in coordinates)
        for generator in sign_generators
    )
    return FigureDigest(
        form_digest,
        tuple(round(coordinate_sum, 1) for coordinate_sum in sums),
        versions.get("matplotlib"),
    )


def has_same_figures(first: FigureDigest | None, second: FigureDigest | None) -> bool:
    """Return whether two digests are of the same figures.

    Plots by two versions of matplotlib cannot be compared, and count as the same.
    """
    if first is None or second is None:
        return first is second
    versions = {first.matplotlib_version, second.matplotlib_version}
    if None not in versions and len(versions) > 1:
        return True
    return first.form_digest == second.form_digest and all(
        abs(first_sum - second_sum) <= TOLERANCE_PIXELS
        for first_sum, second_sum in zip(first.coordinate_sums, second.coordinate_sums, strict=True)
    )


def _format_three_digits(value: float) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def _measure_shades(png: str) -> Iterator[float]:
    """Yield the mean colours of the 16 fields of an image, in steps that one can see.

    Args:
        png: the image, in base64.
    """
    # It comes with matplotlib: where there is an image, it is installed.
    from PIL import Image  # noqa: PLC0415

    with Image.open(io.BytesIO(base64.b64decode(png))) as image:
        thumbnail = image.convert("RGB").resize((4, 4), Image.Resampling.BOX)
    yield from (value / 4 for value in thumbnail.tobytes())

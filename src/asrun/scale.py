"""The scale: what one more snippet costs in projects of different sizes.

The cost is the processor time of the command and of all that it starts, since other programs do
not change it much. Starting up costs the same at any size, so what counts is the difference between
two sizes, divided by the snippets between them.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from asrun import corpus

SIZES = (100, 1_000, 10_000)
BOUND = 1.2  # times what one more snippet cost in smaller projects; runs differ by a tenth

_CHECK = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "snippets")
_SITE = ("-m", "asrun.cli", "site")
STEPS = (
    ("snippet checks, nothing cached", _CHECK, False),
    ("snippet checks, nothing changed", _CHECK, False),
    ("site, every snippet checked", _SITE, False),
    ("site, nothing changed", _SITE, False),
    ("snippet checks, one changed", _CHECK, True),
    ("site, one changed", _SITE, False),
)


@dataclass(frozen=True)
class Cost:
    """Processor seconds of a command, and the bytes of its largest process."""

    seconds: float
    largest: int


def measure(root: Path, size: int) -> Iterator[tuple[str, Cost]]:
    """Make a project of this size with ``root``'s settings; yield the cost of each step."""
    with tempfile.TemporaryDirectory(prefix="asrun-scale-") as folder:
        corpus.write(root, Path(folder), size)
        for name, command, change in STEPS:
            if change:
                first = min(Path(folder).glob("snippets/**/*.py"))
                first.write_text(first.read_text(encoding="utf-8") + "# (1, 1)\n", encoding="utf-8")
            yield name, cost(command, Path(folder))


def cost(command: Sequence[str], folder: Path) -> Cost:
    """Run a Python command in a folder and return what it cost.

    Raises:
        subprocess.CalledProcessError: if it fails; its output is in it.
    """
    with tempfile.TemporaryFile("w+") as said:
        child = subprocess.Popen(
            [sys.executable, *command], cwd=folder, stdout=said, stderr=subprocess.STDOUT
        )
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            said.seek(0)
            raise subprocess.CalledProcessError(child.returncode, command, said.read())
    return Cost(used.ru_utime + used.ru_stime, used.ru_maxrss * 1024)


def further(costs: Mapping[int, Cost]) -> list[float]:
    """Return what one more snippet costs from each size to the next, in seconds."""
    return [
        (costs[more].seconds - costs[fewer].seconds) / (more - fewer)
        for fewer, more in pairwise(sorted(costs))
    ]


def grows(costs: Mapping[int, Cost]) -> bool:
    """Tell whether one more snippet costs more than `BOUND` times what it did in smaller projects.

    With two sizes, there is one such cost; it must not exceed the smaller project's average.
    """
    steps = further(costs)
    least = min(costs)
    return steps[-1] > BOUND * (steps[0] if len(steps) > 1 else costs[least].seconds / least)

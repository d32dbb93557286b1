"""The scale: what one more snippet costs in projects of different sizes.

The cost is the processor time of the command and of all that it starts, since other programs do
not change it much. Starting up costs the same at any size, so what counts is the difference between
two sizes, divided by the snippets between them. A machine's speed changes by a third within
minutes: the sizes take turns at each step, and of the short steps the least of some rounds counts.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from asrun import corpus

SIZES = (100, 1_000, 10_000)
BOUND = 1.2  # times what one more snippet cost in smaller projects; runs differ by a tenth

_CHECK = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "snippets")
_SITE = ("-m", "asrun.cli", "site")
ROUNDS = 3  # of the steps that take seconds


@dataclass(frozen=True)
class Step:
    """Something that people wait for; ``changed``: after a change of one program, each time."""

    name: str
    command: tuple[str, ...]
    changed: bool = False
    rounds: int = 1


STEPS = (
    Step("snippet checks, nothing cached", _CHECK),
    Step("snippet checks, nothing changed", _CHECK, rounds=ROUNDS),
    Step("site, every snippet checked", _SITE),
    Step("site, nothing changed", _SITE, rounds=ROUNDS),
    Step("snippet checks, one changed", _CHECK, changed=True, rounds=ROUNDS),
    Step("site, one changed", _SITE, changed=True),
)


@dataclass(frozen=True)
class Cost:
    """Processor seconds of a command, and the bytes of its largest process."""

    seconds: float
    largest: int


def report(root: Path, sizes: Sequence[int] = SIZES) -> int:
    """Print what each step costs at each size; return 1 if the cost of a snippet grows.

    It takes a quarter of an hour of two cores for the three sizes, nearly all of it for the
    largest.
    """
    broken = False
    with tempfile.TemporaryDirectory(prefix="asrun-scale-") as made:
        folders = {size: Path(made, str(size)) for size in sorted(sizes)}
        for size, folder in folders.items():
            corpus.write(root, folder, size)
        print(f"One more snippet may cost {BOUND:g} times what it does in smaller projects")
        for step in STEPS:
            print(step.name)
            costs = measure(step, folders)
            for size, found in costs.items():
                seconds, largest = found.seconds, found.largest / 2**20
                print(f"{seconds:10.2f} s  {largest:4.0f} MiB  {size} snippets")
            if len(costs) > 1:
                times = ", ".join(f"{seconds * 1000:.2f} ms" for seconds in further(costs))
                print(f"{times:>13}  one more{'  BROKEN' if grows(costs) else ''}", flush=True)
                broken |= grows(costs)
    return int(broken)


def measure(step: Step, folders: Mapping[int, Path]) -> dict[int, Cost]:
    """Return the least cost of a step in projects of different sizes, which take turns."""
    found: dict[int, list[Cost]] = {}
    for turn in range(step.rounds):
        for size, folder in folders.items():
            if step.changed:
                first = min(folder.glob("snippets/**/*.py"))
                changed = f"{first.read_text(encoding='utf-8')}# {step.name}, {turn}\n"
                first.write_text(changed, encoding="utf-8")
            found.setdefault(size, []).append(cost(step.command, folder))
    return {size: min(costs, key=lambda one: one.seconds) for size, costs in found.items()}


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

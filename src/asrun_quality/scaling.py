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

from asrun_quality.synthetic_project import write_synthetic_project

DEFAULT_SNIPPET_COUNTS = (100, 1_000, 10_000)
MAX_COST_RATIO = 1.2  # times what one more snippet cost in smaller projects; runs differ by a tenth
_CHECK_COMMAND = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "snippets")
_SITE_COMMAND = ("-m", "asrun.cli", "site")
SHORT_STEP_ROUNDS = 3  # of the steps that take seconds


@dataclass(frozen=True)
class Step:
    """Something that people wait for; ``changed``: after a change of one program, each time."""

    name: str
    command: tuple[str, ...]
    edits_snippet: bool = False
    rounds: int = 1


MEASURED_STEPS = (
    Step("snippet checks, nothing cached", _CHECK_COMMAND),
    Step("snippet checks, nothing changed", _CHECK_COMMAND, rounds=SHORT_STEP_ROUNDS),
    Step("site, every snippet checked", _SITE_COMMAND),
    Step("site, nothing changed", _SITE_COMMAND, rounds=SHORT_STEP_ROUNDS),
    Step(
        "snippet checks, one changed", _CHECK_COMMAND, edits_snippet=True, rounds=SHORT_STEP_ROUNDS
    ),
    Step("site, one changed", _SITE_COMMAND, edits_snippet=True),
)


@dataclass(frozen=True)
class Cost:
    """Processor seconds of a command, and the bytes of its largest process."""

    cpu_seconds: float
    peak_bytes: int


def print_scaling_report(root: Path, sizes: Sequence[int] = DEFAULT_SNIPPET_COUNTS) -> int:
    """Print what each step costs at each size; return 1 if the cost of a snippet grows.

    It takes a quarter of an hour of two cores for the three sizes, nearly all of it for the
    largest.
    """
    is_broken = False
    with tempfile.TemporaryDirectory(prefix="asrun-scale-") as parent_folder:
        folders = {size: Path(parent_folder, str(size)) for size in sorted(sizes)}
        for size, folder in folders.items():
            write_synthetic_project(root, folder, size)
        print(
            f"One more snippet may cost {MAX_COST_RATIO:g} times what it does in smaller projects"
        )
        for step in MEASURED_STEPS:
            print(step.name)
            costs = measure_step(step, folders)
            for size, cost in costs.items():
                cpu_seconds, peak_mebibytes = cost.cpu_seconds, cost.peak_bytes / 2**20
                print(f"{cpu_seconds:10.2f} s  {peak_mebibytes:4.0f} MiB  {size} snippets")
            if len(costs) > 1:
                marginal_costs = ", ".join(
                    f"{seconds * 1000:.2f} ms" for seconds in compute_marginal_costs(costs)
                )
                print(
                    f"{marginal_costs:>13}  one more{'  BROKEN' if is_faster_than_linear(costs) else ''}",
                    flush=True,
                )
                is_broken |= is_faster_than_linear(costs)
    return int(is_broken)


def measure_step(step: Step, folders: Mapping[int, Path]) -> dict[int, Cost]:
    """Return the least cost of a step in projects of different sizes, which take turns."""
    costs_by_size: dict[int, list[Cost]] = {}
    for round_number in range(step.rounds):
        for size, folder in folders.items():
            if step.edits_snippet:
                first_program = min(folder.glob("snippets/**/*.py"))
                edited_source = (
                    f"{first_program.read_text(encoding='utf-8')}# {step.name}, {round_number}\n"
                )
                first_program.write_text(edited_source, encoding="utf-8")
            costs_by_size.setdefault(size, []).append(measure_command(step.command, folder))
    return {
        size: min(costs, key=lambda candidate: candidate.cpu_seconds)
        for size, costs in costs_by_size.items()
    }


def measure_command(command: Sequence[str], folder: Path) -> Cost:
    """Run a Python command in a folder and return what it cost.

    Raises:
        subprocess.CalledProcessError: if it fails; its output is in it.
    """
    with tempfile.TemporaryFile("w+") as output:
        child = subprocess.Popen(
            [sys.executable, *command], cwd=folder, stdout=output, stderr=subprocess.STDOUT
        )
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            output.seek(0)
            raise subprocess.CalledProcessError(child.returncode, command, output.read())
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024)


def compute_marginal_costs(costs: Mapping[int, Cost]) -> list[float]:
    """Return what one more snippet costs from each size to the next, in seconds."""
    return [
        (costs[larger].cpu_seconds - costs[smaller].cpu_seconds) / (larger - smaller)
        for smaller, larger in pairwise(sorted(costs))
    ]


def is_faster_than_linear(costs: Mapping[int, Cost]) -> bool:
    """Tell whether one more snippet costs more than `BOUND` times what it did in smaller projects.

    With two sizes, there is one such cost; it must not exceed the smaller project's average.
    """
    marginal_costs = compute_marginal_costs(costs)
    smallest_size = min(costs)
    return marginal_costs[-1] > MAX_COST_RATIO * (
        marginal_costs[0]
        if len(marginal_costs) > 1
        else costs[smallest_size].cpu_seconds / smallest_size
    )

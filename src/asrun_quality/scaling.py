"""Scaling: what one more snippet costs must not grow with the size of the project.

The cost is the processor time of a command and of all that it starts; other programs on the machine
change it little. Starting up costs the same at any size, so what counts is the difference between
two sizes, divided by the number of snippets between them. A machine's speed changes by a third
within minutes. Therefore a step is measured at one size right after the other, and the short steps
several times, of which the least cost counts.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from asrun_quality.synthetic_project import write_synthetic_project

DEFAULT_SNIPPET_COUNTS = (100, 1_000, 10_000)
# One more snippet may cost so many times what it costs in smaller projects; costs of the same thing
# differ by a tenth.
MAX_COST_RATIO = 1.2
_CHECK_COMMAND = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "snippets")
_SITE_COMMAND = ("-m", "asrun.cli", "site")
SHORT_STEP_ROUNDS = 3  # of the steps that take only seconds


@dataclass(frozen=True)
class Step:
    """A command that people wait for; ``edits_snippet``: one program is changed before each run."""

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
    """Processor seconds of a command, and the peak memory of its largest process in bytes."""

    cpu_seconds: float
    peak_bytes: int


def print_scaling_report(root: Path, sizes: Sequence[int] = DEFAULT_SNIPPET_COUNTS) -> int:
    """Print what each step costs at each size; return 1 if the cost of one more snippet grows.

    The default sizes take a quarter of an hour on two cores, nearly all of it for the largest.

    Args:
        root: the project whose configuration and theme are used.
        sizes: numbers of snippets.
    """
    is_broken = False
    with tempfile.TemporaryDirectory(prefix="asrun-scale-") as parent_folder:
        folders = {size: Path(parent_folder, str(size)) for size in sorted(sizes)}
        for size, folder in folders.items():
            write_synthetic_project(root, folder, size)
        bound = f"{MAX_COST_RATIO:g} times what it does in smaller projects"
        print(f"One more snippet may cost {bound}")
        for step in MEASURED_STEPS:
            print(step.name)
            costs = measure_step(step, folders)
            for size, cost in costs.items():
                cpu_seconds, peak_mebibytes = cost.cpu_seconds, cost.peak_bytes / 2**20
                print(f"{cpu_seconds:10.2f} s  {peak_mebibytes:4.0f} MiB  {size} snippets")
            if len(costs) > 1:
                milliseconds = (1000 * seconds for seconds in compute_marginal_costs(costs))
                marginal_costs = ", ".join(f"{value:.2f} ms" for value in milliseconds)
                verdict = "  BROKEN" if is_faster_than_linear(costs) else ""
                print(f"{marginal_costs:>13}  one more{verdict}", flush=True)
                is_broken |= is_faster_than_linear(costs)
    return int(is_broken)


def measure_step(step: Step, folders: Mapping[int, Path]) -> dict[int, Cost]:
    """Return the least cost of a step in each project; ``folders`` are the projects by size."""
    costs_by_size: defaultdict[int, list[Cost]] = defaultdict(list)
    for round_number in range(step.rounds):
        for size, folder in folders.items():
            if step.edits_snippet:
                program = min(folder.glob("snippets/**/*.py"))
                with program.open("a", encoding="utf-8") as file:
                    file.write(f"# {step.name}, {round_number}\n")
            costs_by_size[size].append(measure_command(step.command, folder))
    return {
        size: min(costs, key=lambda cost: cost.cpu_seconds) for size, costs in costs_by_size.items()
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
    """Return what one more snippet costs, in seconds, between each size and the next larger."""
    return [
        (costs[larger].cpu_seconds - costs[smaller].cpu_seconds) / (larger - smaller)
        for smaller, larger in pairwise(sorted(costs))
    ]


def is_faster_than_linear(costs: Mapping[int, Cost]) -> bool:
    """Tell if one more snippet costs more than `MAX_COST_RATIO` times what it does when smaller.

    What it costs between the two largest sizes is compared with what it costs between the two
    smallest; if there are only two sizes, with the average of a snippet in the smaller project.
    """
    marginal_costs, smallest_size = compute_marginal_costs(costs), min(costs)
    if len(marginal_costs) > 1:
        smaller_cost = marginal_costs[0]
    else:
        smaller_cost = costs[smallest_size].cpu_seconds / smallest_size
    return marginal_costs[-1] > MAX_COST_RATIO * smaller_cost

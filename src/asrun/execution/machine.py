"""Says what this machine has to run programs with, and what a snippet needs that it lacks."""

from __future__ import annotations

import json
import os
import subprocess
from functools import lru_cache
from pathlib import Path

from asrun.base.errors import Location, ProjectError
from asrun.base.files import PACKAGE_FOLDER
from asrun.execution.result import Skipped
from asrun.snippets.imports import InstallStamp, read_install_stamp
from asrun.snippets.snippet import Snippet
from asrun.worker.environment import describe_machine
from asrun.worker.protocol import Machine

WORKER_FOLDER = PACKAGE_FOLDER / "worker"


def find_missing_requirement(snippet: Snippet) -> Skipped | None:
    """Return what a snippet needs and this machine lacks, if there is something.

    The network counts as present only where ``ASRUN_NETWORK=1`` says so: a check that passes or
    fails with somebody else's server proves nothing.
    """
    available = {
        "cuda": Path("/dev/nvidiactl").exists(),
        "network": os.environ.get("ASRUN_NETWORK") == "1",
    }
    for need in snippet.needs:
        if not available[need]:
            return Skipped(need)
    return None


def describe_this_machine() -> Machine:
    """Return what this interpreter and this machine are, as they are now."""
    return _describe_machine(read_install_stamp())


@lru_cache(maxsize=1)
def _describe_machine(_: InstallStamp) -> Machine:
    return describe_machine()


def describe_interpreter(python: str) -> Machine:
    """Return what another interpreter of this machine is, as a worker says there.

    Raises:
        ProjectError: if it cannot run the worker.
    """
    try:
        process = subprocess.run(
            [python, str(WORKER_FOLDER), "--environment"],
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError) as error:
        raise ProjectError(
            Location(python), f"no Python that can run programs: {error}", "Name another one."
        ) from error
    machine: Machine = json.loads(process.stdout)
    return machine

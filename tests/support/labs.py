"""The labs as scripts, run as a reader runs them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from support.project import ROOT

LABS = sorted((ROOT / "docs" / "en" / "labs").glob("*.py"))


def run_lab_script(script: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a lab in a folder, with warnings as errors and plots drawn into nothing.

    It has one thread: on a busy machine, threads that wait for each other take many times as long.
    """
    return subprocess.run(
        [sys.executable, "-W", "error", script],
        cwd=folder,
        env=os.environ | {"MPLBACKEND": "Agg", "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )

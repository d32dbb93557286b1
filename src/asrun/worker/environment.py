"""The environment variables of servers, those that mimic an old CPU too; what machine this is."""

from __future__ import annotations

import contextlib
import functools
import importlib.metadata
import os
import platform
import subprocess
import sys
from pathlib import Path

from .protocol import Machine

# Every program runs once under each of these seeds and must print the same both times. So its
# output does not depend on the order of a set of strings (nor on chance: see
# `program.reseed_generators`).
HASH_SEEDS = ("1", "2")
# Huge pages halve the time of a fork (23 ms instead of 45 with every module preloaded), because
# there are fewer page tables to copy. They need the C library's allocator. Programs do not see
# these variables.
FAST_FORK_ENVIRONMENT = {"PYTHONMALLOC": "malloc", "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1"}
SERVER_ENVIRONMENT = {
    "MPLBACKEND": "Agg",
    # One thread: a fork has no other, and what several add up differs from run to run.
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONIOENCODING": "utf-8",
    "PYTHONUTF8": "1",
    **FAST_FORK_ENVIRONMENT,
}
# Has libraries use the oldest instructions that they support. A program that then prints something
# else would do so on some reader's machine.
OLD_CPU_ENVIRONMENT = {
    "ATEN_CPU_CAPABILITY": "default",
    "ONEDNN_MAX_CPU_ISA": "SSE41",
    "MKL_CBWR": "COMPATIBLE",
}
DROPPED_VARIABLES = ("DISPLAY", "WAYLAND_DISPLAY", "PYTHONPATH", "PYTHONWARNINGS")


def make_server_environment() -> dict[str, str]:
    """Return this process's environment, changed to what every server runs under."""
    inherited = {name: value for name, value in os.environ.items() if name not in DROPPED_VARIABLES}
    return inherited | SERVER_ENVIRONMENT


def describe_machine() -> Machine:
    """Return what this interpreter and this machine are. Imports none of the libraries."""
    return {
        "python": f"{sys.version_info.major}.{sys.version_info.minor}",
        "platform": f"{platform.system()} {platform.machine()}",
        "cuda": find_gpu_name(),
        "torch": read_public_version("torch"),
        "torchvision": read_public_version("torchvision"),
    }


def read_public_version(name: str) -> str | None:
    """Return the installed version of a distribution without its local part (``+cu130``)."""
    try:
        return importlib.metadata.version(name).partition("+")[0]
    except importlib.metadata.PackageNotFoundError:
        return None


@functools.cache
def find_gpu_name() -> str | None:
    """Return the name of the first CUDA GPU, or None without one.

    The driver's own program says it, which takes a second; no GPU comes or goes while we run.
    """
    if not Path("/dev/nvidiactl").exists():
        return None
    query = ["nvidia-smi", "--query-gpu=name", "--format=csv,noheader"]
    with contextlib.suppress(OSError, subprocess.SubprocessError):
        output = subprocess.run(
            query, capture_output=True, text=True, check=True, timeout=60
        ).stdout
        return output.partition("\n")[0].strip() or None
    return None

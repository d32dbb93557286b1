"""Where programs run: what a server needs in its environment, and what is there."""

from __future__ import annotations

import contextlib
import functools
import importlib.metadata
import os
import platform
import subprocess
import sys
from pathlib import Path

# Two runs of the same program must print the same, under these two environments: sets and
# dictionaries of strings may not order the output, and (see `program.reseed`) neither may chance.
HASH_SEEDS = ("1", "2")
# Memory in huge pages halves the time of a fork (23 ms instead of 45 with all that is preloaded):
# there are fewer page tables to copy. Programs do not see these variables.
FAST_FORK_ENVIRONMENT = {"PYTHONMALLOC": "malloc", "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1"}
SERVER_ENVIRONMENT = {  # of every server
    "MPLBACKEND": "Agg",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONIOENCODING": "utf-8",
    "PYTHONUTF8": "1",
    **FAST_FORK_ENVIRONMENT,
}
DROPPED_VARIABLES = ("DISPLAY", "WAYLAND_DISPLAY", "PYTHONPATH", "PYTHONWARNINGS")


def make_server_environment() -> dict[str, str]:
    """Return the environment of a server: this process's, with what is ours in place."""
    inherited = {name: value for name, value in os.environ.items() if name not in DROPPED_VARIABLES}
    return inherited | SERVER_ENVIRONMENT


@functools.cache
def describe_machine() -> dict[str, str | None]:
    """Say where programs run here: versions, platform, the GPU's name; imports none of them."""
    return {
        "python": f"{sys.version_info.major}.{sys.version_info.minor}",
        "platform": f"{platform.system()} {platform.machine()}",
        "cuda": find_gpu_name(),
        **{name: read_public_version(name) for name in ("torch", "torchvision")},
    }


def read_public_version(name: str) -> str | None:
    """Return a distribution's version without its local part (``+cu130``), if it is there."""
    try:
        return importlib.metadata.version(name).partition("+")[0]
    except importlib.metadata.PackageNotFoundError:
        return None


def find_gpu_name() -> str | None:
    """Return the name of the first CUDA GPU, asked of its driver; None where there is none."""
    if not Path("/dev/nvidiactl").exists():
        return None
    query = ["nvidia-smi", "--query-gpu=name", "--format=csv,noheader"]
    with contextlib.suppress(OSError, subprocess.SubprocessError):
        output = subprocess.run(
            query, capture_output=True, text=True, check=True, timeout=60
        ).stdout
        if names := output.split("\n"):
            return names[0].strip() or None
    return None

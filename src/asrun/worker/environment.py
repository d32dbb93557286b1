"""The environment variables of servers, those that mimic an old CPU too; what machine this is."""

from __future__ import annotations

import contextlib
import fnmatch
import functools
import importlib.metadata
import os
import platform
import subprocess
import sys
from collections.abc import Iterable
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
# All that a program finds, whatever this machine's own variables are. `sandbox.enter_sandbox` adds
# the folders of the job.
SERVER_ENVIRONMENT = {
    "LANG": "C.UTF-8",
    "LC_ALL": "C.UTF-8",
    "LOGNAME": "user",
    "MATPLOTLIBRC": os.devnull,  # matplotlib's own defaults
    "MPLBACKEND": "Agg",
    "NO_COLOR": "1",
    # One thread: a fork has no other, and what several add up differs from run to run.
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "PATH": f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONIOENCODING": "utf-8",
    "PYTHONUTF8": "1",
    "TERM": "dumb",
    "TZ": "UTC",
    "USER": "user",
    **FAST_FORK_ENVIRONMENT,
}
# What a server finds its own caches and temporary folder by; a job gets others.
FOLDER_VARIABLES = ("HOME", "MPLCONFIGDIR", "TMPDIR")
# What is passed on only to programs that need the GPU or the network. ``*`` stands for
# any characters.
GPU_VARIABLES = ("CUDA*", "LD_LIBRARY_PATH", "NCCL_*", "NVIDIA_*")
NETWORK_VARIABLES = (
    "*_PROXY",
    "*_proxy",
    "CURL_CA_BUNDLE",
    "REQUESTS_CA_BUNDLE",
    "SSL_CERT_DIR",
    "SSL_CERT_FILE",
)
# Has libraries use the oldest instructions that they support. A program that then prints something
# else would do so on some reader's machine.
OLD_CPU_ENVIRONMENT = {
    "ATEN_CPU_CAPABILITY": "default",
    "ONEDNN_MAX_CPU_ISA": "SSE41",
    "MKL_CBWR": "COMPATIBLE",
}


def make_server_environment() -> dict[str, str]:
    """Return the variables that a server starts with: a fixed list, and what jobs may need."""
    passed = select_variables((*FOLDER_VARIABLES, *GPU_VARIABLES, *NETWORK_VARIABLES))
    return passed | SERVER_ENVIRONMENT


def select_variables(patterns: Iterable[str]) -> dict[str, str]:
    """Return those of this process's variables whose names match a pattern."""
    patterns = list(patterns)
    return {
        name: value
        for name, value in os.environ.items()
        if any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)
    }


def drop_variables(*, gpu: bool, network: bool) -> None:
    """Drop the variables that are meant for the server alone, or for what a job does not need."""
    dropped = [*FAST_FORK_ENVIRONMENT]
    dropped += select_variables(() if gpu else GPU_VARIABLES)
    dropped += select_variables(() if network else NETWORK_VARIABLES)
    for name in dropped:
        os.environ.pop(name, None)


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

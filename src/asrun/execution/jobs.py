"""Makes the worker's job of a snippet, with the limits that hold for it."""

from __future__ import annotations

from asrun.snippets.snippet import Snippet
from asrun.worker.protocol import Job

DEFAULT_TIMEOUT_SECONDS = 30.0
DEFAULT_MEMORY_MEGABYTES = 1024
# To start CUDA takes a while, and it maps far more memory than it fills.
GPU_TIMEOUT_SECONDS = 120.0
GPU_MEMORY_MEGABYTES = 64 * 1024
# A program that runs as a file imports torch anew in each process that it spawns.
FILE_TIMEOUT_FACTOR = 3


def make_job(
    snippet: Snippet,
    job_id: int,
    *,
    plain: bool = False,
    timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS,
    memory_megabytes: int = DEFAULT_MEMORY_MEGABYTES,
) -> Job:
    """Return the job that runs a snippet once.

    Args:
        snippet: the program.
        job_id: a number that no other job of the same server has.
        plain: whether it runs as ``python FILE`` instead of in a fork.
        timeout_seconds: how long most programs may take, by the clock.
        memory_megabytes: MiB of data that a process of most programs may have.
    """
    if "cuda" in snippet.needs:
        memory_megabytes = max(memory_megabytes, GPU_MEMORY_MEGABYTES)
    return {
        "id": job_id,
        "path": snippet.path,
        "source": snippet.source,
        "drawn_names": list(snippet.drawn_names),
        "plain": plain,
        "as_file": snippet.as_file,
        "network": "network" in snippet.needs,
        "seconds": compute_time_limit(snippet, timeout_seconds),
        "megabytes": memory_megabytes,
    }


def compute_time_limit(snippet: Snippet, timeout_seconds: float) -> float:
    """Return how many seconds a snippet may take where most may take ``timeout_seconds``."""
    if "cuda" in snippet.needs:
        return max(timeout_seconds, GPU_TIMEOUT_SECONDS)
    return timeout_seconds * FILE_TIMEOUT_FACTOR if snippet.as_file else timeout_seconds

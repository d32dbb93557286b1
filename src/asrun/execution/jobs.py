"""TODO docstring."""

from __future__ import annotations

from typing import Any

from asrun.snippets.snippet import Snippet

DEFAULT_TIMEOUT_SECONDS = 30.0
DEFAULT_MEMORY_MEGABYTES = 1024
GPU_TIMEOUT_SECONDS, GPU_MEMORY_MEGABYTES = 120.0, 64 * 1024


def make_job(
    snippet: Snippet,
    *,
    plain: bool = False,
    seconds: float = DEFAULT_TIMEOUT_SECONDS,
    megabytes: float = DEFAULT_MEMORY_MEGABYTES,
) -> dict[str, Any]:
    """Return what a worker is told of a snippet."""
    if "cuda" in snippet.needs:  # CUDA maps what it never fills
        megabytes = max(megabytes, GPU_MEMORY_MEGABYTES)
    return {
        "path": snippet.path,
        "shown": snippet.path,
        "source": snippet.source,
        "names": list(snippet.drawn_names),
        "plain": plain,
        "as_file": snippet.as_file,
        "network": "network" in snippet.needs,
        "seconds": compute_time_limit(snippet, seconds),
        "megabytes": int(megabytes),
    }


def compute_time_limit(snippet: Snippet, seconds: float) -> float:
    """Return how long a snippet may take, where most may take ``seconds``.

    To start CUDA takes a while, and so does importing torch anew in each process it spawns.
    """
    if "cuda" in snippet.needs:
        return max(seconds, GPU_TIMEOUT_SECONDS)
    return seconds * 3 if snippet.as_file else seconds

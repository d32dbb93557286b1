"""Results of earlier runs, by a key of all that decides a run; a folder that may vanish."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

from asrun.base.errors import Location, ProjectError
from asrun.base.files import PACKAGE_FOLDER, write_atomically
from asrun.execution.result import Progress, Result, Run
from asrun.execution.runner import Runner
from asrun.snippets.imports import find_installed_versions
from asrun.snippets.snippet import Snippet

# What decides how a run goes and what is kept of it.
ENGINE_PATTERNS = ("snippets/*.py", "worker/*.py", "execution/*.py")


def compute_cache_key(
    snippet: Snippet, installed: Mapping[str, str | None] | None = None
) -> str | None:
    """Return the key of this snippet's run here, or None where something it imports is missing."""
    used_versions = (
        find_installed_versions(snippet.imported_modules) if installed is None else installed
    )
    if None in used_versions.values():
        return None
    digest = hashlib.sha256()
    inputs = [
        snippet.path,
        snippet.source,
        _compute_engine_digest(),
        f"{sys.version_info.major}.{sys.version_info.minor}",
        *(f"{name}=={used_versions[name]}" for name in sorted(used_versions)),
    ]
    for value in inputs:
        digest.update(value.encode() + b"\0")
    return digest.hexdigest()


@cache
def _compute_engine_digest() -> str:
    return compute_code_digest(ENGINE_PATTERNS)


def compute_code_digest(patterns: Iterable[str]) -> str:
    """Return a hash of the engine's modules that match glob patterns, relative to its folder.

    Raises:
        ProjectError: for a pattern that matches no file. A module that was moved would otherwise
            drop out of the key without a word, and results of older code would count as current.
    """
    digest = hashlib.sha256()
    for pattern in patterns:
        files = sorted(PACKAGE_FOLDER.glob(pattern))
        if not files:
            raise ProjectError(
                Location(f"src/asrun/{pattern}"),
                "a pattern of the engine's digest matches no file",
                "Name the module where it lies now, in execution/cache.py or labs/execute.py.",
            )
        for file in files:
            digest.update(file.read_bytes())
    return digest.hexdigest()


CACHE_FOLDER = ".cache/asrun"


@dataclass(frozen=True)
class Cache:
    """Successful runs by key, one file each, in a folder that may be deleted at any time."""

    folder: Path

    def load_run(self, key: str) -> Run | None:
        """Return the run with this key, if it was stored and can be read."""
        try:
            stored = json.loads((self.folder / f"{key}.json").read_text(encoding="utf-8"))
            return Run(**{**stored, "plots": tuple(stored["plots"])})
        except (OSError, ValueError, TypeError, KeyError):
            return None  # as good as absent: the program runs again

    def find_run(self, snippet: Snippet) -> Run | None:
        """Return the run of this snippet as it is now, here, if it was stored."""
        key = compute_cache_key(snippet)
        return self.load_run(key) if key else None

    def store_run(self, key: str, run: Run) -> None:
        """Keep a run."""
        write_atomically(self.folder / f"{key}.json", json.dumps(asdict(run), ensure_ascii=False))


def collect_results(
    snippets: Iterable[Snippet],
    cache: Cache,
    runner: Runner,
    progress: Progress | None = None,
) -> dict[str, Result]:
    """Return each snippet's result by name: from the cache, or else from a run now."""
    return {
        snippet.name: run
        for snippet, run in run_or_load_snippets(snippets, cache, runner, progress)
    }


def run_or_load_snippets(
    snippets: Iterable[Snippet],
    cache: Cache,
    runner: Runner,
    progress: Progress | None = None,
) -> Iterator[tuple[Snippet, Result]]:
    """Yield each snippet with its result: those in the cache, then the others as their runs end.

    Only successes are cached, so a failure runs again. If nothing is missing, nothing starts.
    """
    missing: list[Snippet] = []
    for snippet in snippets:
        if run := cache.find_run(snippet):
            yield snippet, run
        else:
            missing.append(snippet)
    for snippet, result in runner.run_snippets(missing, progress):
        key = compute_cache_key(snippet)
        if isinstance(result, Run) and key:
            cache.store_run(key, result)
        yield snippet, result

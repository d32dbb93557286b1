"""Keeps the runs of programs in a folder, so that a program runs again only if something changed.

The folder is a cache and nothing more: it may be deleted at any time.
"""

from __future__ import annotations

import hashlib
import itertools
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

CACHE_FOLDER = ".cache/asrun"  # in a project's folder
# The modules of the engine that decide how a program runs and what is kept of its run.
ENGINE_PATTERNS = ("snippets/*.py", "worker/*.py", "execution/*.py")


def compute_cache_key(
    snippet: Snippet, installed_versions: Mapping[str, str | None] | None = None
) -> str | None:
    """Return the key of a snippet's run here; None if something that it imports is not installed.

    A key is a hash of all that a run depends on: the program's path and text, the modules of the
    engine in `ENGINE_PATTERNS`, Python's minor version, and the version of each distribution that
    the program imports. It does not hold the machine, nor what those distributions import in turn.

    Args:
        snippet: the program.
        installed_versions: by the top-level modules that it imports; looked up if not given.
    """
    if installed_versions is None:
        installed_versions = find_installed_versions(snippet.imported_modules)
    if None in installed_versions.values():
        return None
    digest = hashlib.sha256()
    components = [
        snippet.path,
        snippet.source,
        _compute_engine_digest(),
        f"{sys.version_info.major}.{sys.version_info.minor}",
        *(f"{package}=={version}" for package, version in sorted(installed_versions.items())),
    ]
    for component in components:
        digest.update(component.encode() + b"\0")
    return digest.hexdigest()


@cache
def _compute_engine_digest() -> str:
    """Return the digest of the engine as it is when a process first asks.

    It stays the same for the life of the process, as the code does that the process has loaded.
    """
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


@dataclass(frozen=True)
class Cache:
    """A folder of runs, each in a file that is named by its key."""

    folder: Path

    def load_run(self, key: str) -> Run | None:
        """Return the run with this key, if it was stored and its file is whole."""
        try:
            stored = json.loads((self.folder / f"{key}.json").read_text(encoding="utf-8"))
            return Run(**{**stored, "plots": tuple(stored["plots"])})
        except (OSError, ValueError, TypeError, KeyError):
            return None

    def find_run(self, snippet: Snippet) -> Run | None:
        """Return the run of a snippet as it is now and as it would run now, if it was stored."""
        key = compute_cache_key(snippet)
        return self.load_run(key) if key else None

    def store_run(self, key: str, run: Run) -> None:
        """Store a run under its key."""
        write_atomically(self.folder / f"{key}.json", json.dumps(asdict(run), ensure_ascii=False))


def collect_results(
    snippets: Iterable[Snippet], cache: Cache, runner: Runner, progress: Progress | None = None
) -> dict[str, Result]:
    """Return each snippet's result by its name: cached, or else of a run now."""
    results = run_or_load_snippets(snippets, cache, runner, progress)
    return {snippet.name: result for snippet, result in results}


def run_or_load_snippets(
    snippets: Iterable[Snippet], cache: Cache, runner: Runner, progress: Progress | None = None
) -> Iterator[tuple[Snippet, Result]]:
    """Return an iterator of each snippet with its result: cached runs first, then runs as they end.

    Programs without a cached run start when this is called, not when the first result is asked for.
    If there are none, nothing starts. Only runs are cached: what failed or was skipped is tried
    again each time.
    """
    cached: list[tuple[Snippet, Result]] = []
    missing: list[Snippet] = []
    key_by_program: dict[tuple[str, str], str] = {}
    for snippet in snippets:
        key = compute_cache_key(snippet)
        if key and (run := cache.load_run(key)):
            cached.append((snippet, run))
            continue
        missing.append(snippet)
        if key:
            key_by_program[snippet.path, snippet.source] = key
    results = runner.run_snippets(missing, progress)
    return itertools.chain(cached, _store_runs(results, cache, key_by_program))


def _store_runs(
    results: Iterator[tuple[Snippet, Result]],
    cache: Cache,
    key_by_program: Mapping[tuple[str, str], str],
) -> Iterator[tuple[Snippet, Result]]:
    """Store each run under the key that its program had before it ran; pass all results on."""
    for snippet, result in results:
        key = key_by_program.get((snippet.path, snippet.source))
        if isinstance(result, Run) and key:
            cache.store_run(key, result)
        yield snippet, result

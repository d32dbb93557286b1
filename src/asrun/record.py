"""The record: the ``.out`` file beside a snippet, and the cache of what its run drew.

``.out`` files are committed and reviewed; the cache is neither: it saves running a program again
that has run with the same key.
"""

from __future__ import annotations

import difflib
import json
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import zip_longest
from pathlib import Path

from asrun.errors import Place, RecordError
from asrun.judge import Run
from asrun.key import run_key
from asrun.runner import Progress, Result, Runner
from asrun.snippet import Snippet

CACHE = ".cache/asrun"


@dataclass(frozen=True)
class Cache:
    """Successful runs by key, one file each, in a folder that may be deleted at any time."""

    folder: Path

    def load(self, key: str) -> Run | None:
        """Return the run with this key, if it was stored and can be read."""
        try:
            stored = json.loads((self.folder / f"{key}.json").read_text(encoding="utf-8"))
            return Run(**{**stored, "plots": tuple(stored["plots"])})
        except (OSError, ValueError, TypeError, KeyError):
            return None  # as good as absent: the program runs again

    def find(self, snippet: Snippet) -> Run | None:
        """Return the run of this snippet as it is now, here, if it was stored."""
        key = run_key(snippet)
        return self.load(key) if key else None

    def store(self, key: str, run: Run) -> None:
        """Keep a run."""
        write_whole(self.folder / f"{key}.json", json.dumps(asdict(run), ensure_ascii=False))


@dataclass(frozen=True)
class Change:
    """What an update did to one ``.out`` file."""

    path: str
    diff: str


def run_missing(
    snippets: Iterable[Snippet],
    cache: Cache,
    runner: Runner,
    progress: Progress | None = None,
) -> dict[str, Result]:
    """Return each snippet's result by name: from the cache, or else from a run now."""
    return {snippet.name: run for snippet, run in results(snippets, cache, runner, progress)}


def results(
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
        if run := cache.find(snippet):
            yield snippet, run
        else:
            missing.append(snippet)
    for snippet, result in runner.run_all(missing, progress):
        key = run_key(snippet)
        if isinstance(result, Run) and key:
            cache.store(key, result)
        yield snippet, result


def recorded(root: Path, snippet: Snippet) -> str | None:
    """Return the committed output, if there is one."""
    try:
        return (root / snippet.out_path).read_text(encoding="utf-8")
    except FileNotFoundError:
        return None


def compare(root: Path, snippet: Snippet, run: Run) -> RecordError | None:
    """Return what is wrong with the ``.out`` file, if it is not this run's output to the letter."""
    written = recorded(root, snippet)
    if written == run.output:
        return None
    if written is None:
        return RecordError(
            snippet.place(),
            f"its output is not recorded: no {snippet.out_path}",
            f"Run `make update only={snippet.path}` and commit the file.",
        )
    pairs = zip_longest(written.splitlines(), run.output.splitlines())
    number, (was, now) = next(
        ((n, pair) for n, pair in enumerate(pairs, 1) if pair[0] != pair[1]), (1, ("", ""))
    )
    return RecordError(
        Place(snippet.out_path, number),
        f"the record says {_quoted(was)}, the program prints {_quoted(now)}",
        f"If the program is right, run `make update only={snippet.path}` and review the diff.",
    )


def update(root: Path, snippets: Sequence[Snippet], results: Mapping[str, Result]) -> list[Change]:
    """Write the outputs of the runs that succeeded; return what changed.

    A run that failed leaves its ``.out`` as it was. Each file is replaced whole or not at all.
    """
    changes = []
    for snippet in snippets:
        run, before = results[snippet.name], recorded(root, snippet)
        if not isinstance(run, Run) or run.output == before:
            continue
        write_whole(root / snippet.out_path, run.output)
        diff = difflib.unified_diff(
            (before or "").splitlines(keepends=True),
            run.output.splitlines(keepends=True),
            f"{snippet.out_path} (before)" if before is not None else "/dev/null",
            snippet.out_path,
        )
        changes.append(Change(snippet.out_path, "".join(diff)))
    return changes


def write_whole(path: Path, text: str) -> None:
    """Replace a file in one step, so that nobody reads half of it; keep it if it is the same."""
    if path.is_file() and path.read_text(encoding="utf-8") == text:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _quoted(line: str | None) -> str:
    return "nothing more" if line is None else f"`{line}`"

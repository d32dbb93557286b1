"""The history: when each file was last changed, and by whom, from one reading of git's log."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

_LOG = (
    *("git", "-c", "core.quotePath=false", "log"),
    *("--format=%x00%as%x00%an", "--name-only", "--relative"),
)


@dataclass(frozen=True)
class Changed:
    """When a file was last changed (``2026-11-24``), and its authors, the latest first."""

    date: str
    authors: tuple[str, ...]


def history(root: Path) -> dict[str, Changed]:
    """Return the history of every file of a project by its path; none where git knows nothing."""
    try:
        done = subprocess.run(
            _LOG,
            cwd=root,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
    except OSError:
        return {}
    dates: dict[str, str] = {}
    authors: dict[str, dict[str, None]] = {}
    entries = done.stdout.split("\0")[1:] if done.returncode == 0 else []
    for date, rest in zip(entries[::2], entries[1::2], strict=True):
        author, _, files = rest.partition("\n")
        for path in files.split("\n"):
            if path:
                dates.setdefault(path, date)  # the log begins with the latest
                authors.setdefault(path, {})[author] = None
    return {path: Changed(date, tuple(authors[path])) for path, date in dates.items()}


def together(known: Mapping[str, Changed], paths: Iterable[str]) -> Changed | None:
    """Return the history of several files as one: the latest change, all authors."""
    found = sorted(
        (known[path] for path in paths if path in known), key=lambda c: c.date, reverse=True
    )
    if not found:
        return None
    authors = dict.fromkeys(author for changed in found for author in changed.authors)
    return Changed(found[0].date, tuple(authors))

"""The commit: which state of the project a site was built from, told by the site itself."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from asrun.base.errors import Location, ProjectError


def run_git_checked(root: Path, *arguments: str) -> str:
    try:
        process = subprocess.run(
            ("git", *arguments), cwd=root, capture_output=True, encoding="utf-8", check=False
        )
    except OSError as error:
        raise ProjectError(Location("."), f"git: {error}", "Install git.") from error
    if process.returncode != 0:
        raise ProjectError(
            Location("."),
            f"git {arguments[0]}: {process.stderr.strip().splitlines()[0]}",
            "Name a commit that is here: `git fetch` brings those that are not.",
        )
    return process.stdout


@dataclass(frozen=True)
class Commit:
    """A commit's full hash; ``modified`` if files differ from it or were never committed."""

    hash: str
    is_modified: bool


def read_head_commit(root: Path) -> Commit | None:
    """Return the commit that is checked out; None where there is no git checkout."""
    head = run_git(root, "rev-parse", "--verify", "HEAD")
    status = run_git(root, "status", "--porcelain", "--", ".")
    if head is None or status is None:
        return None
    return Commit(head.strip(), bool(status))


def run_git(root: Path, *arguments: str) -> str | None:
    """Return what git says; None where it says no, or is not installed."""
    try:
        completed = subprocess.run(
            ("git", "--no-optional-locks", *arguments),
            cwd=root,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
    except OSError:
        return None
    return completed.stdout if completed.returncode == 0 else None


_LOG_ARGUMENTS = (
    *("git", "-c", "core.quotePath=false", "log"),
    *("--format=%x00%as%x00%an", "--name-only", "--relative"),
)


@dataclass(frozen=True)
class LastChange:
    """When a file was last changed (``2026-11-24``), and its authors, the latest first."""

    date: str
    authors: tuple[str, ...]


def read_history(root: Path) -> dict[str, LastChange]:
    """Return the history of every file of a project by its path; none where git knows nothing."""
    try:
        completed = subprocess.run(
            _LOG_ARGUMENTS,
            cwd=root,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
    except OSError:
        return {}
    date_by_path: dict[str, str] = {}
    authors_by_path: dict[str, dict[str, None]] = {}
    log_fields = completed.stdout.split("\0")[1:] if completed.returncode == 0 else []
    for date, rest in zip(log_fields[::2], log_fields[1::2], strict=True):
        author, _, files = rest.partition("\n")
        for path in files.split("\n"):
            if path:
                date_by_path.setdefault(path, date)  # the log begins with the latest
                authors_by_path.setdefault(path, {})[author] = None
    return {
        path: LastChange(date, tuple(authors_by_path[path])) for path, date in date_by_path.items()
    }


def merge_last_changes(
    history: Mapping[str, LastChange], paths: Iterable[str]
) -> LastChange | None:
    """Return the history of several files as one: the latest change, all authors."""
    changes = sorted(
        (history[path] for path in paths if path in history),
        key=lambda change: change.date,
        reverse=True,
    )
    if not changes:
        return None
    authors = dict.fromkeys(author for changed in changes for author in changed.authors)
    return LastChange(changes[0].date, tuple(authors))

"""What git knows of a project: the commit that is checked out, and each file's history."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from asrun.base.errors import Location, ProjectError


@dataclass(frozen=True)
class Commit:
    """A commit's full hash; ``is_modified`` if files differ from it or were never committed."""

    hash: str
    is_modified: bool


@dataclass(frozen=True)
class LastChange:
    """When a file was last changed (``2026-11-24``), and its authors, the latest first."""

    date: str
    authors: tuple[str, ...]


def run_git(root: Path, *arguments: str, hint: str = "Mend it first.") -> str:
    """Run git in a folder and return what it prints.

    Raises:
        ProjectError: if git fails, with its own words and ``hint``; or if it is not installed.
    """
    # Reading takes no lock, so that it disturbs nobody's commit. Names are printed as they are.
    options = ("--no-optional-locks", "-c", "core.quotePath=false")
    try:
        process = subprocess.run(
            ("git", *options, *arguments),
            cwd=root,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
    except OSError as error:
        raise ProjectError(Location("."), f"git: {error}", "Install git.") from error
    if process.returncode != 0:
        reason, *_ = process.stderr.strip().splitlines() or [f"exit code {process.returncode}"]
        raise ProjectError(Location("."), f"git {arguments[0]}: {reason}", hint)
    return process.stdout


def read_head_commit(root: Path) -> Commit | None:
    """Return the commit that is checked out; None where there is no git checkout."""
    try:
        commit_hash = run_git(root, "rev-parse", "--verify", "HEAD").strip()
        return Commit(commit_hash, bool(run_git(root, "status", "--porcelain", "--", ".")))
    except ProjectError:
        return None


def read_history(root: Path) -> dict[str, LastChange]:
    """Return the last change of every file by its path; nothing where there is no git checkout."""
    try:
        log = run_git(root, "log", "--format=%x00%as%x00%an", "--name-only", "--relative")
    except ProjectError:
        return {}
    date_by_path: dict[str, str] = {}
    authors_by_path: dict[str, dict[str, None]] = {}
    log_fields = log.split("\0")[1:]
    for date, rest in zip(log_fields[::2], log_fields[1::2], strict=True):
        author, _, files = rest.partition("\n")
        for path in filter(None, files.split("\n")):
            date_by_path.setdefault(path, date)  # the log begins with the latest commit
            authors_by_path.setdefault(path, {})[author] = None
    return {
        path: LastChange(date, tuple(authors_by_path[path])) for path, date in date_by_path.items()
    }


def merge_last_changes(
    history: Mapping[str, LastChange], paths: Iterable[str]
) -> LastChange | None:
    """Return the last change of several files as if they were one: the latest date, all authors.

    None if git knows none of them.
    """
    changes = sorted(
        (history[path] for path in paths if path in history),
        key=lambda change: change.date,
        reverse=True,
    )
    if not changes:
        return None
    authors = dict.fromkeys(author for change in changes for author in change.authors)
    return LastChange(changes[0].date, tuple(authors))

"""What git knows of a project: the commit that is checked out, and each file's history."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Mapping, Sequence
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


@dataclass(frozen=True)
class HistoryGap:
    """Why the dates in a project's history cannot be trusted, and what to do about it."""

    reason: str
    hint: str

    def __str__(self) -> str:
        return f"{self.reason}. {self.hint}"


_UNTRUSTED_CHECKOUT = HistoryGap(
    "git does not read the checkout, which belongs to another user",
    'To trust it: `git config --global --add safe.directory "$PWD"`.',
)
_NO_CHECKOUT = HistoryGap(
    "not built from a git checkout", "Build in a clone of the repository: it has the dates."
)
_SHALLOW_CLONE = HistoryGap(
    "built from a shallow clone, which lacks older commits",
    "To get them: `git fetch --unshallow`.",
)
_NO_COMMIT = HistoryGap("no commit has this folder", "Commit it: its files then have dates.")


def run_git(root: Path, *arguments: str, hint: str = "Mend it first.") -> str:
    """Run git in a folder and return what it prints.

    Raises:
        ProjectError: if git fails, with its own words and ``hint``; or if it is not installed.
    """
    process = _start_git(root, arguments)
    if process.returncode != 0:
        reason, *_ = process.stderr.strip().splitlines() or [f"exit code {process.returncode}"]
        raise ProjectError(Location("."), f"git {arguments[0]}: {reason}", hint)
    return process.stdout


def _start_git(root: Path, arguments: Sequence[str]) -> subprocess.CompletedProcess[str]:
    # Reading takes no lock, so that it disturbs nobody's commit. Names are printed as they are.
    options = ("--no-optional-locks", "-c", "core.quotePath=false")
    try:
        return subprocess.run(
            ("git", *options, *arguments),
            cwd=root,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
    except OSError as error:
        raise ProjectError(Location("."), f"git: {error}", "Install git.") from error


def find_history_gap(root: Path) -> HistoryGap | None:
    """Return why the history of a folder is not whole; None if it is.

    In a shallow clone every file seems to be as new as the oldest commit that is there, by its
    author. Without a history that is whole, no date is better than a wrong one.
    """
    try:
        process = _start_git(root, ("rev-parse", "--is-shallow-repository"))
        if process.returncode != 0:  # the name of the setting is the same in all languages
            return _UNTRUSTED_CHECKOUT if "safe.directory" in process.stderr else _NO_CHECKOUT
        if process.stdout.strip() == "true":
            return _SHALLOW_CLONE
        # An unpacked archive may lie in the folder of a repository that knows nothing of it.
        is_committed = _start_git(root, ("rev-parse", "--verify", "HEAD:./")).returncode == 0
        return None if is_committed else _NO_COMMIT
    except ProjectError as error:
        return HistoryGap(error.message, error.hint)


def read_head_commit(root: Path) -> Commit | None:
    """Return the commit that is checked out; None where no commit has this folder."""
    try:
        run_git(root, "rev-parse", "--verify", "HEAD:./")
        commit_hash = run_git(root, "rev-parse", "--verify", "HEAD").strip()
        return Commit(commit_hash, bool(run_git(root, "status", "--porcelain", "--", ".")))
    except ProjectError:
        return None


def read_history(root: Path) -> dict[str, LastChange]:
    """Return the last change of every file by its path; nothing where there is a `HistoryGap`.

    Authors have the names that ``.mailmap`` gives them.
    """
    if find_history_gap(root) is not None:
        return {}
    # A search for renamed files would read their contents, which a partial clone does not have.
    options = ("--format=%x00%as%x00%aN", "--name-only", "--no-renames", "--relative")
    try:
        log = run_git(root, "log", *options)
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

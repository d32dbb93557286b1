"""The commit: which state of the project a site was built from, told by the site itself."""

from __future__ import annotations

import json
import platform
import subprocess
from dataclasses import dataclass
from pathlib import Path

from asrun.key import version
from asrun.record import write_whole

FILE = "version.json"


@dataclass(frozen=True)
class Commit:
    """A commit's full hash; ``modified`` if files differ from it or were never committed."""

    hash: str
    modified: bool


def commit(root: Path) -> Commit | None:
    """Return the commit that is checked out; None where there is no git checkout."""
    head = _git(root, "rev-parse", "--verify", "HEAD")
    state = _git(root, "status", "--porcelain", "--", ".")
    if head is None or state is None:
        return None
    return Commit(head.strip(), bool(state))


def entry(root: Path) -> str:
    """Return what ``version.json`` says: the commit, and what the programs ran with."""
    found = commit(root)
    told: dict[str, str | bool | None] = {"commit": found.hash if found else None}
    if found is None:
        told["why"] = "not built from a git checkout"
    else:
        told["modified"] = found.modified
    told["python"] = platform.python_version()
    told |= {name: version(name) for name in ("torch", "torchvision")}
    return json.dumps(told, indent=1) + "\n"


def carry(site: Path, told: str) -> bool:
    """Let a built site carry an entry; return whether that changed it.

    A commit that changes nothing that a build reads costs one small file, not a build.
    """
    file = site / FILE
    if file.is_file() and file.read_text(encoding="utf-8") == told:
        return False
    write_whole(file, told)
    return True


def _git(root: Path, *words: str) -> str | None:
    """Return what git says; None where it says no, or is not installed."""
    try:
        done = subprocess.run(
            ("git", "--no-optional-locks", *words),
            cwd=root,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
    except OSError:
        return None
    return done.stdout if done.returncode == 0 else None

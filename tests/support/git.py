"""A small project as a git checkout."""

from __future__ import annotations

import subprocess
from pathlib import Path

from support.project import Files


def git(folder: Path, *words: str) -> str:
    """Run git in a folder, as Ada, and return what it prints."""
    author = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org")
    done = subprocess.run(
        ["git", "-C", folder, *author, *words], check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def commit_all(files: Files) -> None:
    """Make a repository of a project, with one commit of all that is not built."""
    files.write(".gitignore", ".cache/\nsite/\n")
    git(files.root, "init")
    git(files.root, "add", "-A")
    git(files.root, "commit", "-m", "x")

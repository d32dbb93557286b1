"""The fingerprint of a site: what went into a build and what came out of it.

A build whose inputs are the same as last time's, and whose files are still as it left them, need
not be made again.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from asrun.base.files import PACKAGE_FOLDER, write_atomically

_ENVIRONMENT_VARIABLES = ("SITE_URL", "SITE_URL_EN", "REPO_URL")


@dataclass(frozen=True)
class BuildStamp:
    """Digests of all inputs of a build and of the files that it published; what was counted.

    ``source_digest`` is of the files alone, which can be told before anything has run.
    """

    source_digest: str
    inputs_digest: str
    files_digest: str
    census_counts: Mapping[str, Any]


def compute_environment_digest(root: Path, configs: Iterable[str]) -> str:
    """Return the digest of what every page of a site is made from.

    That is the engine, the theme, the configurations, the environment variables that these name,
    Python and every installed distribution.
    """
    digest = hashlib.sha256(sys.version.encode())
    for folder in (PACKAGE_FOLDER, root / "docs" / "theme"):
        digest.update(compute_folder_digest(folder).encode())
    for name in configs:
        digest.update((root / name).read_bytes())
    for text in (
        *list_distributions(),
        *(f"{name}={os.environ.get(name)}" for name in _ENVIRONMENT_VARIABLES),
    ):
        digest.update(text.encode() + b"\0")
    return digest.hexdigest()


def compute_source_digest(root: Path, environment_digest: str) -> str:
    """Return the digest of the files of a project, and of what every page is made from."""
    digest = hashlib.sha256(environment_digest.encode())
    for folder in (root / "docs", root / "snippets"):
        digest.update(compute_folder_digest(folder).encode())
    return digest.hexdigest()


def compute_inputs_digest(source_digest: str, states: Iterable[str]) -> str:
    """Return the digest of all that a build reads: the files, and the states of the runs."""
    return hashlib.sha256("\0".join((source_digest, *sorted(states))).encode()).hexdigest()


def list_distributions() -> list[str]:
    """Return the installed distributions, as their folders name them: name and version."""
    # setuptools, once imported, adds a folder of its own with what it brings along.
    folders = {folder for folder in map(Path, sys.path) if folder.name != "_vendor"}
    return sorted({found.name for folder in folders for found in folder.glob("*.*-info")})


def compute_folder_digest(folder: Path) -> str:
    """Return the digest of a folder: the names of its files and their bytes."""
    digest = hashlib.sha256()
    for file in sorted(folder.rglob("*")):
        if file.is_file() and "__pycache__" not in file.parts:
            content = hashlib.sha256(file.read_bytes()).hexdigest()
            digest.update(f"{file.relative_to(folder).as_posix()}\0{content}\0".encode())
    return digest.hexdigest()


def read_stamp(file: Path) -> BuildStamp | None:
    """Return the fingerprint of the last build, if there was one."""
    try:
        return BuildStamp(**json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def write_stamp(file: Path, stamp: BuildStamp) -> None:
    """Keep a build's fingerprint."""
    write_atomically(file, json.dumps(asdict(stamp)))

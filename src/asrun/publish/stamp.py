"""The stamp of a build: digests of all that went in, installed versions too, and what came out.

A build whose inputs are those of the last build, and whose files are still as that build left
them, need not be made again.
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

_ENVIRONMENT_VARIABLES = ("SITE_URL", "SITE_URL_EN", "REPO_URL")  # the MkDocs configurations' own


@dataclass(frozen=True)
class BuildStamp:
    """What is remembered of a build.

    Attributes:
        source_digest: see `compute_source_digest`; it can be computed before anything has run.
        inputs_digest: see `compute_inputs_digest`.
        files_digest: the digest of the folder that was published.
        census_counts: the fields of the census of that build, but for its problems.
    """

    source_digest: str
    inputs_digest: str
    files_digest: str
    census_counts: Mapping[str, Any]


def compute_environment_digest(root: Path, config_names: Iterable[str]) -> str:
    """Return the digest of what every page of a site is made from.

    That is the engine's own folder with its templates, the theme in ``docs/theme``, the MkDocs
    configurations (``config_names``) and the environment variables that these name, Python, and
    every installed distribution.
    """
    digest = hashlib.sha256(sys.version.encode())
    for folder in (PACKAGE_FOLDER, root / "docs" / "theme"):
        digest.update(compute_folder_digest(folder).encode())
    for name in config_names:
        digest.update((root / name).read_bytes())
    for text in (
        *list_distributions(),
        *(f"{name}={os.environ.get(name)}" for name in _ENVIRONMENT_VARIABLES),
    ):
        digest.update(text.encode() + b"\0")
    return digest.hexdigest()


def compute_source_digest(root: Path, environment_digest: str) -> str:
    """Return the digest of everything that a build reads from files.

    That is all of ``docs`` and of ``snippets``, where expected outputs and the record of
    verification are, and what `compute_environment_digest` covers.
    """
    digest = hashlib.sha256(environment_digest.encode())
    for folder in (root / "docs", root / "snippets"):
        digest.update(compute_folder_digest(folder).encode())
    return digest.hexdigest()


def compute_inputs_digest(source_digest: str, states: Iterable[str]) -> str:
    """Return the digest of all inputs of a build: the files, and what else it shows.

    ``states`` are texts, in any order, that change with the results of the runs and with the
    history of the files.
    """
    return hashlib.sha256("\0".join((source_digest, *sorted(states))).encode()).hexdigest()


def list_distributions() -> list[str]:
    """Return the installed distributions as their folders are called, such as ``x-1.2.dist-info``.

    To read their metadata instead takes a hundred times as long.
    """
    # setuptools, once imported, adds a folder of its own with what it brings along.
    folders = {folder for folder in map(Path, sys.path) if folder.name != "_vendor"}
    return sorted({found.name for folder in folders for found in folder.glob("*.*-info")})


def compute_folder_digest(folder: Path) -> str:
    """Return the digest of a folder: of the names of its files and of their bytes."""
    digest = hashlib.sha256()
    for file in sorted(folder.rglob("*")):
        if file.is_file() and "__pycache__" not in file.parts:
            content_digest = hashlib.sha256(file.read_bytes()).hexdigest()
            digest.update(f"{file.relative_to(folder).as_posix()}\0{content_digest}\0".encode())
    return digest.hexdigest()


def read_stamp(file: Path) -> BuildStamp | None:
    """Return the stamp of the last build; None if there was none, or its file is damaged."""
    try:
        return BuildStamp(**json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def write_stamp(file: Path, stamp: BuildStamp) -> None:
    """Write the stamp of a build, for the next one to compare itself with."""
    write_atomically(file, json.dumps(asdict(stamp)))

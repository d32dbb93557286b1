"""The fingerprint of a site: what went into a build and what came out of it.

A build whose inputs are the same as last time's, and whose files are still as it left them, need
not be made again.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from asrun.base.files import PACKAGE_FOLDER, write_atomically

_ENVIRONMENT_VARIABLES = ("SITE_URL", "SITE_URL_EN", "REPO_URL")


@dataclass(frozen=True)
class BuildStamp:
    """Digests of all inputs of a build and of the files that it published; what was counted."""

    inputs_digest: str
    files_digest: str
    census_counts: Mapping[str, Any]


def compute_inputs_digest(root: Path, configs: Iterable[str], cache_keys: Iterable[str]) -> str:
    """Return the digest of what a build reads.

    That is the pages and the theme, the configurations, the runs (by their keys) and records, the
    engine, every installed distribution, and the environment that the configurations name.
    """
    digest = hashlib.sha256()
    for folder in (root / "docs", root / "snippets", PACKAGE_FOLDER):
        digest.update(compute_folder_digest(folder).encode())
    for name in configs:
        digest.update((root / name).read_bytes())
    for text in (
        *sorted(cache_keys),
        *sorted(
            f"{distribution.name}=={distribution.version}"
            for distribution in metadata.distributions()
        ),
        *(f"{name}={os.environ.get(name)}" for name in _ENVIRONMENT_VARIABLES),
    ):
        digest.update(text.encode() + b"\0")
    return digest.hexdigest()


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

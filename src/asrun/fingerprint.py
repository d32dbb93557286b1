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

from asrun.record import write_whole

_ENVIRONMENT = ("SITE_URL", "SITE_URL_EN", "REPO_URL")


@dataclass(frozen=True)
class Fingerprint:
    """Digests of all inputs of a build and of the files that it published; what was counted."""

    inputs: str
    files: str
    counted: Mapping[str, Any]


def inputs(root: Path, configs: Iterable[str], keys: Iterable[str]) -> str:
    """Return the digest of what a build reads.

    That is the pages and the theme, the configurations, the runs (by their keys) and records, the
    engine, every installed distribution, and the environment that the configurations name.
    """
    digest = hashlib.sha256()
    for folder in (root / "docs", root / "snippets", Path(__file__).parent):
        digest.update(tree(folder).encode())
    for name in configs:
        digest.update((root / name).read_bytes())
    for text in (
        *sorted(keys),
        *sorted(f"{found.name}=={found.version}" for found in metadata.distributions()),
        *(f"{name}={os.environ.get(name)}" for name in _ENVIRONMENT),
    ):
        digest.update(text.encode() + b"\0")
    return digest.hexdigest()


def tree(folder: Path) -> str:
    """Return the digest of a folder: the names of its files and their bytes."""
    digest = hashlib.sha256()
    for file in sorted(folder.rglob("*")):
        if file.is_file() and "__pycache__" not in file.parts:
            content = hashlib.sha256(file.read_bytes()).hexdigest()
            digest.update(f"{file.relative_to(folder).as_posix()}\0{content}\0".encode())
    return digest.hexdigest()


def remembered(file: Path) -> Fingerprint | None:
    """Return the fingerprint of the last build, if there was one."""
    try:
        return Fingerprint(**json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def remember(file: Path, fingerprint: Fingerprint) -> None:
    """Keep a build's fingerprint."""
    write_whole(file, json.dumps(asdict(fingerprint)))

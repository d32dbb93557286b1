"""Files: written in one step; the digest of a text; the folder where the engine itself lies."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

# Modules that name other files of the engine name them relative to this folder, so that they keep
# naming the same files when they are moved themselves.
PACKAGE_FOLDER = Path(__file__).parents[1]


def write_atomically(path: Path, text: str) -> None:
    """Replace a file in one step, so that nobody reads half of it.

    A file that holds this text already is not touched. Missing folders are made.
    """
    if path.is_file() and path.read_bytes() == text.encode():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def compute_sha256(text: str) -> str:
    """Return a text's SHA-256, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()

"""Files: written in one step, hashed, and the folder where the engine itself lies."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

# Modules that name other files of the engine name them from here: wherever such a module moves to,
# what it names stays the same.
PACKAGE_FOLDER = Path(__file__).parents[1]


def write_atomically(path: Path, text: str) -> None:
    """Replace a file in one step, so that nobody reads half of it; keep it if it is the same."""
    if path.is_file() and path.read_text(encoding="utf-8") == text:
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

"""Files that programs may have spoiled."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def read_text(path: Path) -> str:
    """Return a file's text; what is no UTF-8 shows as such."""
    try:
        return path.read_text(encoding="utf-8", errors="backslashreplace")
    except OSError:
        return ""


def read_json_line(path: Path) -> Any:
    """Return what a file's first line says, None where it is missing or a program spoiled it."""
    try:
        return json.loads(read_text(path).partition("\n")[0])
    except ValueError:
        return None

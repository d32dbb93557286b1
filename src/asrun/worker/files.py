"""Reads files that a program may have filled with anything."""

from __future__ import annotations

import json
from pathlib import Path


def read_text(path: Path) -> str:
    """Return a file's text, with escapes for what is not UTF-8; nothing if it cannot be read."""
    try:
        return path.read_text(encoding="utf-8", errors="backslashreplace")
    except OSError:
        return ""


def read_json_line(path: Path) -> object:
    """Return the JSON value in a file's first line; None without the file or without JSON in it."""
    try:
        value: object = json.loads(read_text(path).partition("\n")[0])
    except (ValueError, RecursionError):
        return None
    return value

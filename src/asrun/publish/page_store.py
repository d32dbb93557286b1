"""What the last build made of each page, kept by a digest of all that it was made from.

A folder in the cache: it may vanish at any time, and then everything is made again.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from asrun.base.files import write_atomically


def compute_key(*parts: object) -> str:
    """Return the digest of values, which are told apart by their `repr`."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()


@dataclass(frozen=True)
class PageStore:
    """Values by kind and page, one file for each; the latest replaces the one before it.

    Attributes:
        folder: where the files lie; one folder for each build that has pages of its own.
        environment: a digest of what every page is made from: the engine, the theme, the
            configuration and the installed distributions.
    """

    folder: Path
    environment: str

    def load_value(self, kind: str, uri: str, key: str) -> Any:
        """Return what was saved for a page under this key, or None."""
        try:
            stored = json.loads(self._get_file(kind, uri).read_text(encoding="utf-8"))
            return stored["value"] if stored["key"] == self._extend_key(key) else None
        except (OSError, ValueError, TypeError, KeyError):
            return None  # as good as absent: it is made again

    def save_value(self, kind: str, uri: str, key: str, value: Any) -> None:
        """Keep a value that is not None, if JSON can hold it."""
        with contextlib.suppress(TypeError, ValueError):
            text = json.dumps({"key": self._extend_key(key), "value": value}, ensure_ascii=False)
            write_atomically(self._get_file(kind, uri), text)

    def _get_file(self, kind: str, uri: str) -> Path:
        return self.folder / kind / f"{uri}.json"

    def _extend_key(self, key: str) -> str:
        return compute_key(self.environment, key)

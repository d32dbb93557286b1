"""Data files in TOML: read, with the line of what cannot be read."""

from __future__ import annotations

import re
import tomllib
from typing import Any

from asrun.base.errors import Location, PageError


def parse_toml(text: str, path: str, hint: str = "Mend it.") -> dict[str, Any]:
    """Return the content of a data file; ``path`` is the file's, relative to the project.

    Raises:
        PageError: for what is not TOML, with ``hint``.
    """
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        match = re.search(r"line (\d+)", str(error))
        line = int(match[1]) if match else text.count("\n") + 1  # "at end of document"
        raise PageError(Location(path, line), f"not TOML: {error}", hint) from error

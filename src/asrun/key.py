"""The key of a run: a hash of all that it depends on. Same key, same output."""

from __future__ import annotations

import ast
import hashlib
import re
import sys
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from importlib import metadata
from pathlib import Path

from asrun.snippet import Snippet

# What decides how a run goes and what is kept of it.
_ENGINE = ("snippet.py", "worker/*.py", "judge.py", "runner.py")


@lru_cache(maxsize=2**16)
def modules(source: str) -> tuple[str, ...]:
    """Return the dotted names of the modules that a program imports, standard library apart."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module)
    return tuple(sorted(m for m in found if m.partition(".")[0] not in sys.stdlib_module_names))


def version(package: str) -> str | None:
    """Return the version of the distribution that provides a top-level module, if installed."""
    found = provided(package)
    return found.version if found else None


@cache
def provided(module: str) -> metadata.Distribution | None:
    """Return the distribution that provides a top-level module, if installed.

    Reads metadata only: nothing is imported.
    """
    try:
        return metadata.distribution(module)
    except metadata.PackageNotFoundError:
        files = re.compile(rf"^{re.escape(module)}(/__init__\.py|\.py),", re.MULTILINE)
        for found in metadata.distributions():  # far faster than packages_distributions()
            if files.search(found.read_text("RECORD") or ""):
                return found
        return None


def versions(source: str) -> dict[str, str | None]:
    """Return the versions of the distributions that a program imports."""
    return {name: version(name) for name in sorted({m.partition(".")[0] for m in modules(source)})}


def run_key(snippet: Snippet, installed: Mapping[str, str | None] | None = None) -> str | None:
    """Return the key of this snippet's run here, or None where something it imports is missing."""
    used = versions(snippet.source) if installed is None else installed
    if None in used.values():
        return None
    digest = hashlib.sha256()
    parts = [
        snippet.path,
        snippet.source,
        _engine(),
        f"{sys.version_info.major}.{sys.version_info.minor}",
        *(f"{name}=={used[name]}" for name in sorted(used)),
    ]
    for part in parts:
        digest.update(part.encode() + b"\0")
    return digest.hexdigest()


@cache
def _engine() -> str:
    return code_digest(_ENGINE)


def code_digest(patterns: Iterable[str]) -> str:
    """Return a hash of our own modules that match, by their paths in this package."""
    here = Path(__file__).parent
    files = (file for pattern in patterns for file in sorted(here.glob(pattern)))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()

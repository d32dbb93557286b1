"""The check of the signatures on pages, which imports torch once for each installed version.

To import torch takes seconds. So what it states is kept in the cache, by its version, and it is
imported only for names that no page has shown before.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from asrun.base.errors import PageError
from asrun.base.files import write_atomically
from asrun.execution.cache import CACHE_FOLDER, compute_code_digest
from asrun.pages.page import Page
from asrun.pages.signatures import find_signature_problems, read_signatures
from asrun.snippets.imports import find_installed_version


def check_signatures(root: Path, pages: Iterable[Page]) -> list[PageError]:
    """Return the signatures on pages that the installed torch does not state.

    Where torch is not installed nothing is known of them, and nothing is said.
    """
    if find_installed_version("torch") is None:
        return []
    cache_file = root / CACHE_FOLDER / "signatures.json"
    reader_digest = compute_code_digest(["pages/signatures.py"])[:16]
    cached = _load_signatures(cache_file)
    signatures_by_key = dict(cached)

    def get_signatures(name: str) -> list[str]:
        version = find_installed_version(name.partition(".")[0])
        key = f"{name} {version} {reader_digest}"
        if key not in signatures_by_key:
            signatures_by_key[key] = list(read_signatures(name))
        return signatures_by_key[key]

    problems = [
        problem for page in pages for problem in find_signature_problems(page, get_signatures)
    ]
    if signatures_by_key != cached:
        write_atomically(cache_file, json.dumps(signatures_by_key, indent=1))
    return problems


def _load_signatures(cache_file: Path) -> Mapping[str, list[str]]:
    """Return what is cached; nothing if that cannot be read."""
    try:
        content: dict[str, list[str]] = json.loads(cache_file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}

"""``version.json``: which commit a site was built from, and what its programs ran with."""

from __future__ import annotations

import json
import platform
from pathlib import Path

from asrun.base.files import write_atomically
from asrun.base.git import read_head_commit
from asrun.snippets.imports import find_installed_version

VERSION_FILE = "version.json"


def format_version_json(root: Path) -> str:
    """Return the text of ``version.json`` for a project as it is now, on this machine."""
    head = read_head_commit(root)
    version_info: dict[str, str | bool | None] = {"commit": head.hash if head else None}
    if head is None:
        version_info["why"] = "not built from a git checkout"
    else:
        version_info["modified"] = head.is_modified
    version_info["python"] = platform.python_version()
    version_info |= {name: find_installed_version(name) for name in ("torch", "torchvision")}
    return json.dumps(version_info, indent=1) + "\n"


def update_version_file(site_folder: Path, version_json: str) -> bool:
    """Write ``version.json`` into a built site; return whether that changed it.

    A commit that changes nothing that a build reads so costs one small file, not a build.
    """
    file = site_folder / VERSION_FILE
    if file.is_file() and file.read_text(encoding="utf-8") == version_json:
        return False
    write_atomically(file, version_json)
    return True

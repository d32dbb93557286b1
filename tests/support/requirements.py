"""What the project requires, and the versions that its lock has."""

from __future__ import annotations

import itertools
import re
import tomllib

from packaging.requirements import Requirement

from support.project import ROOT


def normalize_name(name: str) -> str:
    """Return a distribution's name as the package index spells it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def read_lock() -> dict[str, str]:
    """Return the lock's versions by normalized name."""
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    pairs = (line.split("==") for line in lines if not line.startswith("#"))
    return {normalize_name(name): version for name, version in pairs}


def read_requirements() -> list[Requirement]:
    """Return all that pyproject.toml requires, the extras' too."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"].values()
    return [Requirement(text) for text in (*project["dependencies"], *itertools.chain(*extras))]

"""Names in pyproject.toml that only an installer or a tool reads: they must exist in the code."""

from __future__ import annotations

import importlib
import tomllib

import pytest

from support.project import ROOT

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
SCRIPTS = PYPROJECT["project"]["scripts"]
ENTRY_POINTS = {
    f"{group}: {name}": target
    for group, targets in {"scripts": SCRIPTS, **PYPROJECT["project"]["entry-points"]}.items()
    for name, target in targets.items()
}


@pytest.mark.parametrize("entry_point", ENTRY_POINTS)
def test_an_entry_point_leads_to_something(entry_point: str):
    module, _, name = ENTRY_POINTS[entry_point].partition(":")
    loaded = importlib.import_module(module)
    assert not name or hasattr(loaded, name)


@pytest.mark.parametrize("pattern", PYPROJECT["tool"]["ruff"]["lint"]["per-file-ignores"])
def test_a_pattern_of_ruffs_exceptions_matches_a_file(pattern: str):
    assert all(any(ROOT.glob(alternative)) for alternative in _expand_braces(pattern))


def _expand_braces(pattern: str) -> list[str]:
    """Return the patterns that one with ``{a,b}`` in it stands for."""
    before, brace, rest = pattern.partition("{")
    if not brace:
        return [pattern]
    inside, _, after = rest.partition("}")
    return [f"{before}{alternative}{after}" for alternative in inside.split(",")]


@pytest.mark.parametrize(
    "module",
    [
        name
        for override in PYPROJECT["tool"]["mypy"]["overrides"]
        for name in override["module"]
        if name.startswith("asrun")
    ],
)
def test_an_exception_of_mypys_is_of_a_package(module: str):
    assert importlib.import_module(module.removesuffix(".*"))

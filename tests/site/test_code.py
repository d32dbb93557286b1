"""The code's own standards."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import asrun
import asrun.worker

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    "command",
    ["ruff check .", "ruff format --check .", "mypy"],
)
def test_it_is_clean(command: str):
    done = subprocess.run(
        [sys.executable, "-m", *command.split()],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def imported(file: Path) -> Iterator[str]:
    """Yield the modules of its own package that a module imports, by their first name."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level:
            yield node.module.partition(".")[0]
        elif isinstance(node, ast.ImportFrom) and node.module == "asrun":
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module.startswith("asrun."):
            yield node.module.split(".")[1]


@pytest.mark.parametrize(("package", "last"), [(asrun, "scale"), (asrun.worker, "batch")])
def test_no_module_imports_one_further_down(package, last: str):
    """The order stands in the package's docstring; callers past ``last`` import what they need."""
    order = re.findall(r"``([a-z_]+)``", package.__doc__)
    folder = Path(package.__file__).parent
    for place, name in enumerate(order[: order.index(last) + 1]):
        files = sorted(folder.glob(f"{name}/*.py")) or [folder / f"{name}.py"]
        allowed = {*order[:place], *(file.stem for file in files)}
        assert {found for file in files for found in imported(file)} <= allowed, name

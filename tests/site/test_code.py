"""The code's own standards."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

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


def test_no_module_imports_one_further_down():
    """The order stands in the package's docstring; the callers at its end import what they need."""
    import ast
    import re

    import asrun

    order = re.findall(r"``([a-z_]+)``", asrun.__doc__)
    for name in order[: order.index("plugin")]:
        tree = ast.parse((ROOT / f"src/asrun/{name}.py").read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("asrun"):
                found = [node.module.partition(".")[2]] if "." in node.module else []
                found += [a.name for a in node.names] if node.module == "asrun" else []
                for imported in found:
                    assert order.index(imported) < order.index(name), (name, imported)

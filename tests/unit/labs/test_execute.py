from __future__ import annotations

import ast
import importlib

import pytest

from asrun.base.errors import ProjectError
from asrun.base.files import PACKAGE_FOLDER
from asrun.labs import execute
from asrun.labs.execute import compute_lab_cache_key
from asrun.labs.lab import parse_lab

LAB = "# ---\n# jupyter: {}\n# ---\n\n# %% [markdown]\n# # Title\n\n# %%\nprint(1)\n"


def test_a_pattern_without_a_file_is_an_error(monkeypatch):
    lab = parse_lab("docs/en/labs/x.py", "labs/x.py", "en", LAB)
    assert compute_lab_cache_key(lab)
    monkeypatch.setattr(execute, "_ENGINE_PATTERNS", ("labs/kernel.py", "worker/*.py"))
    with pytest.raises(ProjectError, match="pattern of the engine's digest matches no file"):
        compute_lab_cache_key(lab)


def test_the_digest_covers_the_code_that_runs_labs_and_what_that_code_imports():
    files = {file for pattern in execute._ENGINE_PATTERNS for file in PACKAGE_FOLDER.glob(pattern)}
    for module in ("labs.execute", *_list_engine_imports()):
        assert PACKAGE_FOLDER / f"{module.replace('.', '/')}.py" in files


def test_what_the_kernels_setup_imports_from_the_engine_exists():
    imports = _list_engine_imports()
    assert imports
    for module, names in imports.items():
        for name in names:
            assert hasattr(importlib.import_module(f"asrun.{module}"), name)


def _list_engine_imports() -> dict[str, list[str]]:
    """Return what the code that a kernel runs first imports: by module, without ``asrun.``."""
    return {
        (node.module or "").removeprefix("asrun."): [alias.name for alias in node.names]
        for node in ast.walk(ast.parse(execute._SETUP_CODE))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("asrun.")
    }

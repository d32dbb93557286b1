"""The code's own standards, as the tools see them that are not ours."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from asrun.project.lint import find_lint_problems, list_linted_files
from support.project import ROOT


def run_tool(name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [Path(sys.executable).with_name(name), *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_code_markdown_spelling_and_typography_are_clean():
    """As `make check` and the hooks see them: ruff is one of the tools."""
    assert [str(problem) for problem in find_lint_problems(ROOT)] == []


def test_every_python_file_of_the_project_is_among_those():
    found = {Path(line) for line in run_tool("ruff", "check", "--show-files").stdout.splitlines()}
    linted = {ROOT / path for path in list_linted_files(ROOT)}
    assert {file for file in found if file.suffix == ".py"} == {
        file for file in linted if file.suffix == ".py"
    }


def test_types_are_consistent():
    done = run_tool("mypy")
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_module_imports_only_what_the_contract_in_pyproject_allows():
    done = run_tool("lint-imports", "--no-cache")
    assert done.returncode == 0, done.stdout + done.stderr

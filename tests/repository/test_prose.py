"""How the project's own files are written: the same definition as the hooks' and the checks'."""

from __future__ import annotations

from asrun.project.lint import find_lint_problems
from support.project import ROOT


def test_code_markdown_spelling_and_typography_are_clean():
    assert [str(problem) for problem in find_lint_problems(ROOT)] == []

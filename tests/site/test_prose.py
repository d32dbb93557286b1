"""How the project's own files are written: the same definition as the hooks' and the checks'."""

from __future__ import annotations

from conftest import ROOT

from asrun.lint import problems


def test_code_markdown_spelling_and_typography_are_clean():
    assert [str(problem) for problem in problems(ROOT)] == []

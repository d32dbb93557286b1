"""The list of changed outputs: what a reviewer reads before merging."""

from __future__ import annotations

from asrun_quality.cli import main
from asrun_quality.output_diff import find_changed_outputs
from support.git import git


def test_outputs_that_changed_came_and_went_are_listed_with_both_texts(checkout, capsys):
    checkout.write("snippets/a/old.out", "gone\n")
    git(checkout.root, "add", "-A")
    git(checkout.root, "commit", "-m", "base")
    (checkout.root / "snippets/a/old.out").unlink()
    checkout.write("snippets/a/one.out", "3\n")
    git(checkout.root, "commit", "-am", "committed")
    checkout.write("snippets/b/新.out", "5\n")  # not committed yet
    assert main(["--root", str(checkout.root), "changes", "HEAD~1"]) == 0
    text = capsys.readouterr().out
    assert text.startswith("## Changed outputs since HEAD~1: 3\n")
    assert "### `snippets/a/old.out` (gone)" in text
    assert "### `snippets/a/one.out` (changed)" in text
    assert "\n-2\n+3\n" in text
    assert "### `snippets/b/新.out` (new)" in text
    assert "\n+5\n" in text


def test_programs_and_pages_are_not_outputs(checkout):
    checkout.write("snippets/a/one.py", "print(2)\n")
    checkout.page("# T\n")
    assert find_changed_outputs(checkout.root, "HEAD") == []


def test_a_commit_that_is_not_here_is_refused(checkout, capsys):
    assert main(["--root", str(checkout.root), "changes", "0" * 40]) == 1
    assert "`git fetch`" in capsys.readouterr().err


def test_a_word_that_git_takes_for_an_option_is_refused(checkout, tmp_path):
    target = tmp_path / "written"
    assert main(["--root", str(checkout.root), "changes", "--", f"--output={target}"]) == 1
    assert not target.exists()

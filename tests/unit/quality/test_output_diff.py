"""The list of changed outputs: what a reviewer reads before merging."""

from __future__ import annotations

from asrun.cli.main import main
from asrun_quality.output_diff import OutputDiff, find_changed_outputs, format_output_diffs
from support.git import git


def test_outputs_that_changed_came_and_went_are_listed_with_both_texts(checkout, capsys):  # noqa: F811
    checkout.write("snippets/a/old.out", "gone\n")
    git(checkout.root, "add", "-A")
    git(checkout.root, "commit", "-m", "base")
    (checkout.root / "snippets/a/old.out").unlink()
    checkout.write("snippets/a/one.out", "3\n")
    git(checkout.root, "commit", "-am", "committed")
    checkout.write("snippets/b/新.out", "5\n")  # not committed yet
    assert main(["--root", str(checkout.root), "changes", "HEAD~1"]) == 0
    told = capsys.readouterr().out
    assert told.startswith("## Changed outputs since HEAD~1: 3\n")
    assert "### `snippets/a/old.out` (gone)" in told
    assert "### `snippets/a/one.out` (changed)" in told
    assert "\n-2\n+3\n" in told
    assert "### `snippets/b/新.out` (new)" in told
    assert "\n+5\n" in told


def test_programs_and_pages_are_not_outputs(checkout):  # noqa: F811
    checkout.write("snippets/a/one.py", "print(2)\n")
    checkout.page("# T\n")
    assert find_changed_outputs(checkout.root, "HEAD") == []


def test_a_commit_that_is_not_here_is_refused(checkout, capsys):  # noqa: F811
    assert main(["--root", str(checkout.root), "changes", "0" * 40]) == 1
    assert "`git fetch`" in capsys.readouterr().err


def test_a_word_that_git_takes_for_an_option_is_refused(checkout, tmp_path):  # noqa: F811
    target = tmp_path / "written"
    assert main(["--root", str(checkout.root), "changes", "--", f"--output={target}"]) == 1
    assert not target.exists()


def test_an_output_cannot_end_the_block_that_quotes_it():
    told = format_output_diffs([OutputDiff("snippets/x.out", "", "```\n# heading\n````\n")], "base")
    assert "\n`````diff\n" in told
    assert told.rstrip().endswith("\n`````")


def test_what_has_no_room_is_counted():
    outputs = [OutputDiff(f"snippets/{n}.out", None, "x" * 100) for n in range(5)]
    told = format_output_diffs(outputs, "base", max_bytes=420)
    assert told.count("### ") == 2
    assert "… and 3 more: `git diff base -- snippets`" in told

"""The list of changed outputs, as Markdown."""

from __future__ import annotations

from asrun_quality.output_diff import OutputDiff, format_output_diffs


def test_an_output_cannot_end_the_block_that_quotes_it():
    text = format_output_diffs([OutputDiff("snippets/x.out", "", "```\n# heading\n````\n")], "base")
    assert "\n`````diff\n" in text
    assert text.rstrip().endswith("\n`````")


def test_what_has_no_room_is_counted():
    outputs = [OutputDiff(f"snippets/{n}.out", None, "x" * 100) for n in range(5)]
    text = format_output_diffs(outputs, "base", max_bytes=420)
    assert text.count("### ") == 2
    assert "… and 3 more: `git diff base -- snippets`" in text

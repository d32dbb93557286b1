"""The record: the ``.out`` file beside a snippet, and the cache of what its run drew.

``.out`` files are committed and reviewed; the cache is neither: it saves running a program again
that has run with the same key.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from asrun.base.errors import Location, RecordError
from asrun.base.files import write_atomically
from asrun.base.text import find_first_difference
from asrun.execution.result import Result, Run
from asrun.snippets.snippet import Snippet


@dataclass(frozen=True)
class ExpectedOutputChange:
    """What an update did to one ``.out`` file."""

    path: str
    diff: str


def read_expected_output(root: Path, snippet: Snippet) -> str | None:
    """Return the committed output, if there is one."""
    try:
        return (root / snippet.out_path).read_text(encoding="utf-8")
    except FileNotFoundError:
        return None


def compare_with_expected(root: Path, snippet: Snippet, run: Run) -> RecordError | None:
    """Return what is wrong with the ``.out`` file, if it is not this run's output to the letter."""
    expected = read_expected_output(root, snippet)
    if expected is None:
        return RecordError(
            snippet.locate_line(),
            f"its output is not recorded: no {snippet.out_path}",
            f"Run `make update only={snippet.path}` and commit the file.",
        )
    difference = find_first_difference(expected, run.output)
    if difference is None:
        return None
    expected_line, actual_line = _quote_line(difference.first), _quote_line(difference.second)
    if expected_line == actual_line:
        actual_line += ", and the line ends otherwise"
    return RecordError(
        Location(snippet.out_path, difference.number),
        f"the record says {expected_line}, the program prints {actual_line}",
        f"If the program is right, run `make update only={snippet.path}` and review the diff.",
    )


def write_expected_outputs(
    root: Path, snippets: Sequence[Snippet], results: Mapping[str, Result]
) -> list[ExpectedOutputChange]:
    """Write the outputs of the runs that succeeded; return what changed.

    A run that failed leaves its ``.out`` as it was. Each file is replaced whole or not at all.
    """
    changes = []
    for snippet in snippets:
        result, expected = results[snippet.name], read_expected_output(root, snippet)
        if not isinstance(result, Run) or result.output == expected:
            continue
        write_atomically(root / snippet.out_path, result.output)
        diff = difflib.unified_diff(
            (expected or "").splitlines(keepends=True),
            result.output.splitlines(keepends=True),
            f"{snippet.out_path} (before)" if expected is not None else "/dev/null",
            snippet.out_path,
        )
        changes.append(ExpectedOutputChange(snippet.out_path, "".join(diff)))
    return changes


def _quote_line(line: str | None) -> str:
    return "nothing more" if line is None else f"`{line}`"

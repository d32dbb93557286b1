"""Expected outputs: the ``.out`` file beside each snippet, which is committed and reviewed."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from asrun.base.errors import Location, RecordError
from asrun.base.files import write_atomically
from asrun.base.text import find_first_difference
from asrun.execution.result import Result, Run
from asrun.snippets.snippet import Snippet

ExpectedOutputs = Mapping[str, str | None]  # by the snippet's name; None where there is no file


@dataclass(frozen=True)
class ExpectedOutputChange:
    """What an update wrote into the ``.out`` file of a snippet, and how that differs from before.

    ``name`` is the snippet's, ``path`` the file's.
    """

    name: str
    path: str
    output: str
    diff: str


def read_expected_output(root: Path, snippet: Snippet) -> str | None:
    """Return the content of a snippet's ``.out`` file; None if there is no such file.

    Raises:
        RecordError: if the file is not UTF-8.
    """
    try:
        return (root / snippet.out_path).read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except UnicodeDecodeError as error:
        hint = f"Take it back from git, or run `make update only={snippet.path}`."
        raise RecordError(Location(snippet.out_path), "not UTF-8", hint) from error


def compare_with_expected(
    snippet: Snippet, expected_output: str | None, run: Run
) -> RecordError | None:
    """Return what is wrong if a run did not print the expected output to the letter.

    Args:
        snippet: what ran.
        expected_output: the content of its ``.out`` file; None if there is no such file.
        run: what came of it.
    """
    if expected_output is None:
        return RecordError(
            snippet.locate_line(),
            f"its output is not recorded: no {snippet.out_path}",
            f"Run `make update only={snippet.path}` and commit the file.",
        )
    difference = find_first_difference(expected_output, run.output)
    if difference is None:
        return None
    expected_line, line = _quote_line(difference.first), _quote_line(difference.second)
    if expected_line == line:
        line += ", and the line ends otherwise"
    return RecordError(
        Location(snippet.out_path, difference.number),
        f"the record says {expected_line}, the program prints {line}",
        f"If the program is right, run `make update only={snippet.path}` and review the diff.",
    )


def write_expected_outputs(
    root: Path,
    snippets: Iterable[Snippet],
    expected_outputs: ExpectedOutputs,
    results: Mapping[str, Result],
) -> list[ExpectedOutputChange]:
    """Write the outputs of the runs that succeeded; return what changed.

    A run that failed leaves its ``.out`` file as it was. Each file is replaced whole or not at all.

    Args:
        root: the project's folder.
        snippets: the snippets that ran.
        expected_outputs: what their ``.out`` files hold now.
        results: what came of them, by name.
    """
    changes = []
    for snippet in snippets:
        result, expected_output = results[snippet.name], expected_outputs.get(snippet.name)
        if not isinstance(result, Run) or result.output == expected_output:
            continue
        write_atomically(root / snippet.out_path, result.output)
        diff = difflib.unified_diff(
            (expected_output or "").splitlines(keepends=True),
            result.output.splitlines(keepends=True),
            "/dev/null" if expected_output is None else f"{snippet.out_path} (before)",
            snippet.out_path,
        )
        changes.append(
            ExpectedOutputChange(snippet.name, snippet.out_path, result.output, "".join(diff))
        )
    return changes


def _quote_line(line: str | None) -> str:
    return "nothing more" if line is None else f"`{line}`"

"""What is wrong with one snippet's result: its run, its output, its figures, its record."""

from __future__ import annotations

from collections.abc import Iterator

from asrun.base.errors import AsrunError, RunError
from asrun.base.languages import LANGUAGES
from asrun.execution.expected import compare_with_expected
from asrun.execution.machine import describe_this_machine
from asrun.execution.result import Result, Run
from asrun.pages.snippet_block import build_snippet_block
from asrun.snippets.snippet import Snippet
from asrun.verification.record import VerificationRecord, make_environment
from asrun.verification.verdicts import find_record_problem


def find_run_problems(
    snippet: Snippet,
    expected_output: str | None,
    result: Result,
    verification_record: VerificationRecord | None = None,
    *,
    with_figures: bool = True,
) -> Iterator[AsrunError]:
    """Yield what is wrong with a snippet's run, its output, its figures, and the record of it.

    Args:
        snippet: the snippet, as it is now.
        expected_output: what its ``.out`` file holds; None if there is no such file.
        result: what came of it here.
        verification_record: where the project's snippets were verified; None if it keeps no record.
        with_figures: False for a run that could draw none. Then the record is not asked either,
            since what it says is about figures too.
    """
    if isinstance(result, RunError):
        yield result
    if not isinstance(result, Run):
        return
    mismatch = compare_with_expected(snippet, expected_output, result)
    if mismatch:
        yield mismatch
    if not with_figures:
        return
    try:
        build_snippet_block(snippet, result, LANGUAGES[0])
    except AsrunError as error:
        yield error
        return
    if mismatch or not verification_record:
        return
    environment = make_environment(describe_this_machine(), snippet)
    if problem := find_record_problem(verification_record, snippet, result, environment):
        yield problem

"""What is wrong with one snippet's result: its run, its output, its figures, its proof."""

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
    """Yield what is wrong with one snippet's run, its output, its figures and its proof.

    Args:
        snippet: the snippet, as it is now.
        expected_output: what its ``.out`` file holds; None if there is no such file.
        result: what came of it here.
        verification_record: where the project's snippets are proven; not asked if None.
        with_figures: False for a run that could draw none: figures and proof are not compared,
            since a proof holds for the figures too.
    """
    if isinstance(result, RunError):
        yield result
    if isinstance(result, Run):
        difference = compare_with_expected(snippet, expected_output, result)
        if difference:
            yield difference
        if not with_figures:
            return
        try:
            build_snippet_block(snippet, result, LANGUAGES[0])
        except AsrunError as error:
            yield error
            return
        if difference or not verification_record:
            return
        if proof_error := find_record_problem(
            verification_record, snippet, result, make_environment(describe_this_machine(), snippet)
        ):
            yield proof_error

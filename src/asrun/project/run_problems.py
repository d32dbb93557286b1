"""TODO docstring."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from asrun.base.errors import AsrunError, RunError
from asrun.base.languages import LANGUAGES
from asrun.execution.expected import compare_with_expected
from asrun.execution.result import Result, Run
from asrun.pages.snippet_block import build_snippet_block
from asrun.snippets.snippet import Snippet
from asrun.verification.record import VerificationRecord, make_environment
from asrun.verification.verdicts import find_record_problem
from asrun.worker.environment import describe_machine


def find_run_problems(
    root: Path,
    snippet: Snippet,
    result: Result,
    verification_record: VerificationRecord | None = None,
) -> Iterator[AsrunError]:
    """Yield what is wrong with one snippet's run, its record, its figures and its proof."""
    if isinstance(result, RunError):
        yield result
    if isinstance(result, Run):
        difference = compare_with_expected(root, snippet, result)
        if difference:
            yield difference
        try:
            build_snippet_block(snippet, result, LANGUAGES[0])
        except AsrunError as error:
            yield error
            return
        if difference or not verification_record:
            return
        if proof_error := find_record_problem(
            verification_record, snippet, result, make_environment(describe_machine(), snippet)
        ):
            yield proof_error

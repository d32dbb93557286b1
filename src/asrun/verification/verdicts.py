"""Verdicts and their reasons: what runs say of the verification record, and what is wrong with it.

Nothing is read or written here: records go in and come out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from operator import attrgetter
from typing import NamedTuple

from asrun.base.errors import Location, RecordError
from asrun.base.files import compute_sha256
from asrun.base.text import count_common_characters, find_first_difference
from asrun.execution.expected import ExpectedOutputs
from asrun.execution.result import Result, Run, Skipped
from asrun.figures.digest import FigureDigest, compute_figure_digest, has_same_figures
from asrun.snippets.snippet import Snippet
from asrun.verification.record import (
    RECORD_PATH,
    Environment,
    SnippetRecord,
    Verdict,
    VerificationRecord,
    compute_output_digest,
    find_entry_line,
    format_record,
    is_record_of,
)

_UPDATE_HINT = "Run `make update` and commit the file."
_MAX_REASON_CHARACTERS = 240
_MAX_LINE_CHARACTERS = 100  # of a differing line, in a reason
_MAX_COMMON_CHARACTERS = 20  # shown of what such a line shares with the expected one
_ABSOLUTE_FOLDERS = re.compile(r"(?<![\w:/.])(?:/[\w.+@-]+)+/(?=[\w.+@-])")
_MISSING_MODULE = re.compile(r"`ModuleNotFoundError: No module named '([\w.]+)'`")


class VerifiedRun(NamedTuple):
    """What came of a snippet in an environment; ``time`` is in UTC, to the minute."""

    snippet: Snippet
    result: Result
    environment: Environment
    time: str


def digest_figures(run: Run) -> FigureDigest | None:
    """Return the digest of a run's figures; None if it drew nothing."""
    return compute_figure_digest(run.tensors, run.plots, run.versions)


def decide_verdict(
    snippet: Snippet,
    expected_output: str,
    figure_digest: FigureDigest | None,
    result: Result,
    time: str,
) -> Verdict | None:
    """Return what a run in another environment says of the record; None if it was not run.

    A module that the program imports and the environment does not have is something that the
    environment lacks, no failure of the program.

    Args:
        snippet: what ran.
        expected_output: the committed output.
        figure_digest: the recorded digest of the figures.
        result: what came of the run.
        time: when it was, in UTC, to the minute.
    """
    if isinstance(result, Skipped):
        return None
    if isinstance(result, Run):
        if result.output != expected_output:
            return Verdict("different", time, _describe_difference(expected_output, result.output))
        if not has_same_figures(digest_figures(result), figure_digest):
            return Verdict("different", time, "its figure is another one")
        return Verdict("equal", time)
    match = _MISSING_MODULE.search(result.message)
    if match and re.search(rf"\b(import|from) {match[1].split('.')[0]}\b", snippet.source):
        return Verdict("lacks", time, match[1].split(".")[0])
    reason = f"{result.message} (line {result.location.line})"
    return Verdict("failed", time, _shorten_reason(reason))


def _describe_difference(expected_output: str, output: str) -> str:
    """Return the first line in which an output differs, from shortly before where it does."""
    difference = find_first_difference(expected_output, output)
    assert difference is not None
    lines = (difference.first or "", difference.second or "")
    start = max(0, count_common_characters(*lines) - _MAX_COMMON_CHARACTERS)
    ellipsis = "…" if start else ""
    expected_line, line = (f"{ellipsis}{text[start:]}"[:_MAX_LINE_CHARACTERS] for text in lines)
    return _shorten_reason(f"line {difference.number}: `{expected_line}`, here `{line}`")


def _shorten_reason(message: str) -> str:
    """Return one line, without the folders of the machine that says it."""
    return _ABSOLUTE_FOLDERS.sub("…/", " ".join(message.split()))[:_MAX_REASON_CHARACTERS]


def apply_local_runs(
    record: VerificationRecord,
    snippets: Iterable[Snippet],
    expected_outputs: ExpectedOutputs,
    runs: Iterable[VerifiedRun],
) -> VerificationRecord:
    """Return the record after an update here: these runs verify what they printed as expected.

    It keeps the lines of ``snippets``, which are all that there are, and those of their verdicts
    that still count. A run adds its environment where no other with the same torch and device has
    passed yet, and replaces the verdict of its own environment.
    """
    snippet_records = _select_current_records(record, snippets, expected_outputs)
    environments = dict(record.environments)
    for snippet, result, environment, time in runs:
        if not isinstance(result, Run) or result.output != expected_outputs.get(snippet.name):
            continue
        figure_digest = digest_figures(result)
        snippet_record = snippet_records.get(snippet.name)
        if snippet_record is None or not has_same_figures(
            snippet_record.figure_digest, figure_digest
        ):
            snippet_record = SnippetRecord(
                compute_sha256(snippet.source), compute_output_digest(result.output), figure_digest
            )
        passed_devices = {
            (environments[key].torch, environments[key].device)
            for key in snippet_record.passed_environments
        }
        is_new = (environment.torch, environment.device) not in passed_devices
        has_failed_before = (
            environment.id in snippet_record.verdicts
            and environment.id not in snippet_record.passed_environments
        )
        if is_new or has_failed_before:
            environments[environment.id] = environment
            snippet_record = _add_verdict(snippet_record, environment, Verdict("equal", time))
        snippet_records[snippet.name] = snippet_record
    return VerificationRecord(environments, snippet_records)


def apply_other_runs(
    record: VerificationRecord,
    snippets: Iterable[Snippet],
    expected_outputs: ExpectedOutputs,
    runs: Iterable[VerifiedRun],
) -> VerificationRecord:
    """Return the record with the verdicts of runs elsewhere; any order gives the same record.

    Of two verdicts of one environment the later counts; of the same minute, the worse.
    """
    snippet_records = _select_current_records(record, snippets, expected_outputs)
    environments = dict(record.environments)
    for snippet, result, environment, time in runs:
        expected_output = expected_outputs.get(snippet.name)
        if expected_output is None:
            continue  # nothing to compare with
        snippet_record = snippet_records.get(snippet.name) or SnippetRecord(
            compute_sha256(snippet.source), compute_output_digest(expected_output), None
        )
        if isinstance(result, Run) and not snippet_record.passed_environments:
            snippet_record = replace(snippet_record, figure_digest=digest_figures(result))
        verdict = decide_verdict(
            snippet, expected_output, snippet_record.figure_digest, result, time
        )
        if verdict is None:
            continue
        verdict = max(
            snippet_record.verdicts.get(environment.id, verdict),
            verdict,
            key=attrgetter("precedence"),
        )
        environments[environment.id] = environment
        snippet_records[snippet.name] = _add_verdict(snippet_record, environment, verdict)
    return VerificationRecord(environments, snippet_records)


def _add_verdict(
    snippet_record: SnippetRecord, environment: Environment, verdict: Verdict
) -> SnippetRecord:
    return replace(snippet_record, verdicts={**snippet_record.verdicts, environment.id: verdict})


def _select_current_records(
    record: VerificationRecord, snippets: Iterable[Snippet], expected_outputs: ExpectedOutputs
) -> dict[str, SnippetRecord]:
    """Return the lines that are about snippets and expected outputs as they are now."""
    return {
        snippet.name: snippet_record
        for snippet in snippets
        if (snippet_record := record.snippet_records.get(snippet.name))
        and is_record_of(snippet_record, snippet, expected_outputs.get(snippet.name))
    }


def find_orphaned_records(
    record: VerificationRecord, names: Iterable[str]
) -> Iterator[RecordError]:
    """Yield the lines of snippets that are gone; ``names`` are those of all that there are."""
    text = format_record(record)
    for name in sorted(set(record.snippet_records) - set(names)):
        yield RecordError(
            Location(RECORD_PATH, find_entry_line(text, name)),
            f"snippets/{name} is gone",
            _UPDATE_HINT,
        )


def find_record_problem(
    record: VerificationRecord, snippet: Snippet, run: Run, environment: Environment
) -> RecordError | None:
    """Return what is wrong with the line of a snippet that printed here what it is expected to."""
    snippet_record = record.snippet_records.get(snippet.name)
    # The figure comes first: it is named also where the program's text has changed.
    if snippet_record and (figure_problem := find_figure_problem(snippet_record, snippet, run)):
        return figure_problem
    if (
        snippet_record is None
        or not is_record_of(snippet_record, snippet, run.output)
        or not snippet_record.passed_environments
    ):
        return RecordError(
            snippet.locate_line(),
            f"{RECORD_PATH} does not say where it was proven as it is now",
            _UPDATE_HINT,
        )
    verdict = snippet_record.verdicts.get(environment.id)
    if verdict and verdict.kind != "equal":
        line = find_entry_line(format_record(record), snippet.name)
        return RecordError(
            Location(RECORD_PATH, line),
            f"says that {snippet.path} is {verdict.kind} here, and it ran",
            _UPDATE_HINT,
        )
    return None


def find_figure_problem(
    snippet_record: SnippetRecord, snippet: Snippet, run: Run
) -> RecordError | None:
    """Return what is wrong if a run draws something else than is recorded, whatever it prints."""
    if has_same_figures(snippet_record.figure_digest, digest_figures(run)):
        return None
    return RecordError(
        snippet.locate_line(),
        "its figure is not the one recorded",
        "If the program is right, run `make update`, and look at it.",
    )

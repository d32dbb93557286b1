"""TODO docstring."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from asrun.base.errors import Location, RecordError
from asrun.base.files import compute_sha256
from asrun.execution.expected import compare_with_expected, read_expected_output
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
_ABSOLUTE_FOLDERS = re.compile(r"(?<![\w:/.])(?:/[\w.+@-]+)+/(?=[\w.+@-])")
_MISSING_MODULE = re.compile(r"`ModuleNotFoundError: No module named '([\w.]+)'`")


def digest_figures(run: Run) -> FigureDigest | None:
    """Return the digest of a run's figures; None if it drew nothing."""
    return compute_figure_digest(run.tensors, run.plots, run.versions)


def decide_verdict(
    root: Path, snippet: Snippet, result: Result, time: str, figure_digest: FigureDigest | None
) -> Verdict | None:
    """Return what a run in another environment says of the record; None if it was not run.

    ``figures`` is the recorded sketch. A module that the program imports and the environment has
    not is something that it lacks, no failure.
    """
    if isinstance(result, Skipped):
        return None
    if isinstance(result, Run):
        if mismatch := compare_with_expected(root, snippet, result):
            outputs = (
                (read_expected_output(root, snippet) or "").splitlines(),
                result.output.splitlines(),
            )
            number = mismatch.location.line
            expected_line, actual_line = (
                lines[number - 1] if len(lines) >= number else "" for lines in outputs
            )
            common_length = next(
                (
                    position
                    for position, characters in enumerate(
                        zip(expected_line, actual_line, strict=False)
                    )
                    if len({*characters}) > 1
                ),
                0,
            )
            start = max(0, common_length - 20)  # a long line: where it differs
            expected_line, actual_line = (
                f"{'…' if start else ''}{said[start:]}"[:100]
                for said in (expected_line, actual_line)
            )
            return Verdict(
                "different",
                time,
                _shorten_message(f"line {number}: `{expected_line}`, here `{actual_line}`"),
            )
        if not has_same_figures(digest_figures(result), figure_digest):
            return Verdict("different", time, "its figure is another one")
        return Verdict("equal", time)
    match = _MISSING_MODULE.search(result.message)
    if match and re.search(rf"\b(import|from) {match[1].split('.')[0]}\b", snippet.source):
        return Verdict("lacks", time, match[1].split(".")[0])
    return Verdict(
        "failed", time, _shorten_message(f"{result.message} (line {result.location.line})")
    )


def _shorten_message(message: str) -> str:
    """Return one line, without the folders of the machine that says it."""
    return _ABSOLUTE_FOLDERS.sub("…/", " ".join(message.split()))[:240]


class VerifiedRun(NamedTuple):
    """A snippet that ran somewhere, and what came of it."""

    snippet: Snippet
    result: Result
    environment: Environment
    time: str


def apply_local_runs(
    root: Path, record: VerificationRecord, snippets: Iterable[Snippet], runs: Iterable[VerifiedRun]
) -> VerificationRecord:
    """Return the record after an update here: what was recorded from these runs is proven by them.

    Keeps the snippets that there are, and of their verdicts those that still count. A run adds
    its environment where no other with the same torch has passed yet, and mends its own verdict.
    """
    snippet_records, environments = (
        _select_current_records(root, record, snippets),
        dict(record.environments),
    )
    for snippet, result, environment, time in runs:
        if not isinstance(result, Run) or compare_with_expected(root, snippet, result):
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
        if environment.id not in snippet_record.passed_environments and (
            environment.id in snippet_record.verdicts
            or (environment.torch, environment.device) not in passed_devices
        ):
            environments[environment.id] = environment
            snippet_record = replace(
                snippet_record,
                verdicts={**snippet_record.verdicts, environment.id: Verdict("equal", time)},
            )
        snippet_records[snippet.name] = snippet_record
    return VerificationRecord(environments, snippet_records)


def apply_other_runs(
    root: Path, record: VerificationRecord, snippets: Iterable[Snippet], runs: Iterable[VerifiedRun]
) -> VerificationRecord:
    """Return the record with the verdicts of runs elsewhere; any order gives the same record.

    Of two verdicts of one environment the later counts; of the same minute, the worse.
    """
    snippet_records, environments = (
        _select_current_records(root, record, snippets),
        dict(record.environments),
    )
    for snippet, result, environment, time in runs:
        output = read_expected_output(root, snippet)
        snippet_record = snippet_records.get(snippet.name)
        if output is None:
            continue  # nothing to compare with
        if snippet_record is None:
            snippet_record = SnippetRecord(
                compute_sha256(snippet.source), compute_output_digest(output), None
            )
        if isinstance(result, Run) and not snippet_record.passed_environments:
            snippet_record = replace(snippet_record, figure_digest=digest_figures(result))
        new_verdict = decide_verdict(root, snippet, result, time, snippet_record.figure_digest)
        if new_verdict is None:
            continue
        old_verdict = snippet_record.verdicts.get(environment.id, new_verdict)
        final_verdict = max(old_verdict, new_verdict, key=lambda verdict: verdict.precedence)
        environments[environment.id] = environment
        snippet_records[snippet.name] = replace(
            snippet_record, verdicts={**snippet_record.verdicts, environment.id: final_verdict}
        )
    return VerificationRecord(environments, snippet_records)


def _select_current_records(
    root: Path, record: VerificationRecord, snippets: Iterable[Snippet]
) -> dict[str, SnippetRecord]:
    return {
        snippet.name: record.snippet_records[snippet.name]
        for snippet in snippets
        if snippet.name in record.snippet_records
        and is_record_of(
            record.snippet_records[snippet.name], snippet, read_expected_output(root, snippet)
        )
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
    """Return what is wrong with a snippet's line, if it ran here and printed what is recorded."""
    snippet_record = record.snippet_records.get(snippet.name)
    if snippet_record and (figure_problem := find_figure_problem(snippet_record, snippet, run)):
        return figure_problem  # also where the program has changed
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
    """Return what is wrong if a run draws something else than is recorded, whatever its text."""
    if has_same_figures(snippet_record.figure_digest, digest_figures(run)):
        return None
    return RecordError(
        snippet.locate_line(),
        "its figure is not the one recorded",
        "If the program is right, run `make update`, and look at it.",
    )

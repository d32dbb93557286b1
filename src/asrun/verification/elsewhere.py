"""Verifying: every snippet in another environment, and what came of it into the record.

The other environment is an interpreter on this machine, which has nothing of ours, or a machine
that only has the worker's folder, some jobs, and sends its outcomes back.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from asrun.base.errors import Location, RecordError, RunError
from asrun.base.files import compute_sha256, write_atomically
from asrun.execution.evaluate import evaluate_runs
from asrun.execution.expected import read_expected_output
from asrun.execution.jobs import DEFAULT_TIMEOUT_SECONDS, make_job
from asrun.execution.result import Progress, Result, Run
from asrun.execution.runner import PRELOADED_MODULES, WORKER_FOLDER, Runner, describe_interpreter
from asrun.snippets.snippet import Snippet
from asrun.verification.record import (
    RECORD_PATH,
    VerificationRecord,
    make_environment,
    read_record,
    write_record,
)
from asrun.verification.verdicts import VerifiedRun, apply_local_runs, apply_other_runs

OTHER_MACHINE_INSTRUCTIONS = (
    "There, with a copy of src/asrun/worker and these jobs:\n"
    f"  python worker --batch 4 {' '.join(PRELOADED_MODULES)} < jobs.jsonl > outcomes.jsonl\n"
    "Here: asrun verify --merge outcomes.jsonl"
)


def format_current_minute() -> str:
    """Return the time in UTC, to the minute."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%MZ")


def record_local_runs(
    root: Path, snippets: Iterable[Snippet], results: Mapping[str, Result]
) -> bool:
    """Write where snippets that ran here and are recorded are proven; say if the file changed.

    ``snippets`` are all that there are, ``results`` those of the ones that ran. A record that
    cannot be read is written anew: what it said of other environments is lost.
    """
    description, time = describe_interpreter(), format_current_minute()
    snippets = list(snippets)
    runs = [
        VerifiedRun(snippet, results[snippet.name], make_environment(description, snippet), time)
        for snippet in snippets
        if snippet.name in results
    ]
    return write_record(root, apply_local_runs(root, _load_record(root), snippets, runs))


def verify_with_interpreter(
    root: Path, snippets: Sequence[Snippet], python: str, progress: Progress | None = None
) -> list[str]:
    """Run every snippet with an interpreter of this machine and write what came of it.

    What fails runs again, by itself and with more time, before it counts as a failure.

    Raises:
        ProjectError: if it is none.
    """
    description, time = describe_interpreter(python), format_current_minute()
    with Runner(python=python) as runner:
        results = list(runner.run_snippets(snippets, progress))
    failed = [snippet for snippet, result in results if isinstance(result, RunError)]
    with Runner(
        python=python, slots=1, seconds=3 * DEFAULT_TIMEOUT_SECONDS
    ) as retry_runner:  # the machine was busy?
        retried_results = {
            snippet.name: result for snippet, result in retry_runner.run_snippets(failed, progress)
        }
    runs = [
        VerifiedRun(
            snippet,
            retried_results.get(snippet.name, result),
            make_environment(description, snippet),
            time,
        )
        for snippet, result in results
    ]
    return _merge_runs(root, snippets, runs)


def serialize_jobs(snippets: Iterable[Snippet]) -> Iterator[str]:
    """Yield a line of JSON for each snippet that needs no network."""
    for job_id, snippet in enumerate(snippets):
        if "network" not in snippet.needs:
            yield json.dumps(make_job(snippet) | {"id": job_id}) + "\n"


def write_local_outcomes(snippets: Iterable[Snippet], file: Path) -> None:
    """Run the jobs here as another machine would, and write what `merge` reads there."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", encoding="utf-8") as stream:
        subprocess.run(
            [
                sys.executable,
                str(WORKER_FOLDER),
                "--batch",
                str(os.cpu_count() or 2),
                *PRELOADED_MODULES,
            ],
            input="".join(serialize_jobs(snippets)),
            stdout=stream,
            encoding="utf-8",
            check=True,
        )


def merge_outcomes(root: Path, snippets: Sequence[Snippet], files: Iterable[Path]) -> list[str]:
    """Write what came of the jobs elsewhere; say what came of it, environment by environment.

    Outcomes of a snippet that has changed since say nothing of it as it is, and are passed over.
    A snippet that needs a GPU and has no proof as it is gets its output recorded from its run.

    Raises:
        RecordError: for a file that holds no outcomes.
    """
    runs = sorted(
        _read_outcomes(snippets, files),
        key=lambda run: (run.time, run.environment.id, run.snippet.name),
    )
    return _merge_runs(root, snippets, runs)


def remove_environment(root: Path, environment_id: str) -> list[str]:
    """Drop an environment that nobody runs any more, with all its verdicts; say what went.

    Raises:
        RecordError: if there is no environment of this id.
    """
    record = read_record(root) or VerificationRecord()
    if environment_id not in record.environments:
        raise RecordError(
            Location(RECORD_PATH),
            f"no environment {environment_id}",
            f"Name one of {', '.join(record.environments) or 'those that `asrun verify` adds'}.",
        )
    filtered_records = {
        name: replace(
            snippet_record,
            verdicts={
                verdict_id: verdict
                for verdict_id, verdict in snippet_record.verdicts.items()
                if verdict_id != environment_id
            },
        )
        for name, snippet_record in record.snippet_records.items()
    }
    remaining_records = {name: proof for name, proof in filtered_records.items() if proof.verdicts}
    write_record(root, VerificationRecord(record.environments, remaining_records))
    removed_count = sum(
        environment_id in proof.verdicts for proof in record.snippet_records.values()
    )
    return [f"{environment_id}: forgotten, with {removed_count} verdicts"]


def _read_outcomes(snippets: Iterable[Snippet], files: Iterable[Path]) -> Iterator[VerifiedRun]:
    by_path = {snippet.path: snippet for snippet in snippets}
    for file in files:
        outcomes_by_run: dict[str, list[dict[str, Any]]] = {}
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            try:
                outcome = json.loads(line)
                snippet = by_path.get(outcome["path"])
                if snippet and outcome["sha256"] == compute_sha256(snippet.source):
                    environment_json = json.dumps(outcome["environment"], sort_keys=True)
                    outcomes_by_run.setdefault(f"{snippet.path}\n{environment_json}", []).append(
                        outcome
                    )
            except (ValueError, KeyError, TypeError) as error:
                raise _make_outcome_error(file, number) from error
        for run_key, outcomes in outcomes_by_run.items():
            path, environment_json = run_key.split("\n")
            description, snippet = json.loads(environment_json), by_path[path]
            if "cuda" in snippet.needs and description["cuda"] is None:
                continue
            if len(outcomes) != 2:
                raise _make_outcome_error(file, 1)
            result = evaluate_runs(snippet, outcomes)
            yield VerifiedRun(
                snippet, result, make_environment(description, snippet), description["at"]
            )


def _merge_runs(root: Path, snippets: Sequence[Snippet], runs: Sequence[VerifiedRun]) -> list[str]:
    record = _load_record(root)
    messages = []
    for snippet, result, environment, _ in runs:
        if "cuda" not in snippet.needs or not isinstance(result, Run):
            continue
        output = read_expected_output(root, snippet)
        snippet_record = record.snippet_records.get(snippet.name)
        is_verified = (
            snippet_record
            and snippet_record.passed_environments
            and record.find_verdicts(snippet, output)
        )
        if not is_verified and output != result.output:
            write_atomically(root / snippet.out_path, result.output)
            messages.append(f"{snippet.out_path}: recorded on {environment.device}")
    merged_record = apply_other_runs(root, record, snippets, runs)
    write_record(root, merged_record)
    counts: dict[str, Counter[str]] = {}
    for snippet, _, environment, _ in runs:
        merged_entry = merged_record.snippet_records.get(snippet.name)
        if merged_entry and environment.id in merged_entry.verdicts:
            verdict = merged_entry.verdicts[environment.id]
            label = f"torch {environment.torch}, Python {environment.python}, {environment.device}"
            counts.setdefault(label, Counter())[verdict.kind] += 1
            if verdict.reason:
                messages.append(f"{snippet.path}: {verdict.kind}: {verdict.reason}")
    for label, counter in counts.items():
        messages.append(
            f"{label}: " + ", ".join(f"{count} {kind}" for kind, count in sorted(counter.items()))
        )
    return messages


def _load_record(root: Path) -> VerificationRecord:
    try:
        return read_record(root) or VerificationRecord()
    except RecordError:
        return VerificationRecord()


def _make_outcome_error(file: Path, line: int) -> RecordError:
    return RecordError(
        Location(file.name, line),
        "not the two outcomes of each job that a worker writes",
        "Run the worker as `asrun verify --jobs` says, and take its whole output.",
    )

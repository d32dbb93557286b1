"""Runs in other environments, and what came of them in the verification record.

Another environment is another interpreter on this machine, which has nothing of ours installed; or
another machine, which has a copy of the worker's folder and the jobs, and sends its outcomes back.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from asrun.base.errors import Location, RecordError, RunError
from asrun.base.files import compute_sha256, write_atomically
from asrun.execution.evaluate import evaluate_runs
from asrun.execution.expected import ExpectedOutputs
from asrun.execution.jobs import DEFAULT_TIMEOUT_SECONDS, make_job
from asrun.execution.machine import WORKER_FOLDER, describe_interpreter, describe_this_machine
from asrun.execution.result import Progress, Result, Run
from asrun.execution.runner import PRELOADED_MODULES, Runner
from asrun.snippets.snippet import Snippet
from asrun.verification.record import (
    RECORD_PATH,
    Environment,
    VerificationRecord,
    make_environment,
    read_record,
    write_record,
)
from asrun.verification.verdicts import VerifiedRun, apply_local_runs, apply_other_runs
from asrun.worker.environment import HASH_SEEDS
from asrun.worker.protocol import BatchOutcome, is_batch_outcome

OTHER_MACHINE_INSTRUCTIONS = (
    "There, with a copy of src/asrun/worker and these jobs:\n"
    f"  python worker --batch 4 {' '.join(PRELOADED_MODULES)} < jobs.jsonl > outcomes.jsonl\n"
    "Here: asrun verify --merge outcomes.jsonl"
)


def format_current_minute() -> str:
    """Return the time in UTC, to the minute."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%MZ")


def record_local_runs(
    root: Path,
    snippets: Sequence[Snippet],
    expected_outputs: ExpectedOutputs,
    results: Mapping[str, Result],
) -> bool:
    """Write which snippets ran here and printed what is expected; return if the record changed.

    A record that cannot be read is written anew: what it said of other environments is lost.

    Args:
        root: the project's folder.
        snippets: all snippets that there are.
        expected_outputs: what their ``.out`` files hold.
        results: what came of those that ran, by name.
    """
    machine, time = describe_this_machine(), format_current_minute()
    runs = [
        VerifiedRun(snippet, results[snippet.name], make_environment(machine, snippet), time)
        for snippet in snippets
        if snippet.name in results
    ]
    record = apply_local_runs(_load_record(root), snippets, expected_outputs, runs)
    return write_record(root, record)


def verify_with_interpreter(
    root: Path,
    snippets: Sequence[Snippet],
    expected_outputs: ExpectedOutputs,
    python: str,
    progress: Progress | None = None,
) -> list[str]:
    """Run every snippet with an interpreter of this machine, and write what came of it.

    What fails runs again, by itself and with more time, before it counts as a failure.

    Returns:
        What to say of it, line by line.

    Raises:
        ProjectError: if the interpreter cannot run the worker.
    """
    machine, time = describe_interpreter(python), format_current_minute()
    with Runner(python=python) as runner:
        results = {
            snippet.name: result for snippet, result in runner.run_snippets(snippets, progress)
        }
    failed = [snippet for snippet in snippets if isinstance(results[snippet.name], RunError)]
    # One at a time and with patience: a failure may have come from a busy machine.
    with Runner(python=python, slots=1, seconds=3 * DEFAULT_TIMEOUT_SECONDS) as runner:
        results |= {
            snippet.name: result for snippet, result in runner.run_snippets(failed, progress)
        }
    runs = [
        VerifiedRun(snippet, results[snippet.name], make_environment(machine, snippet), time)
        for snippet in snippets
    ]
    return _merge_runs(root, snippets, expected_outputs, runs)


def serialize_jobs(snippets: Iterable[Snippet]) -> Iterator[str]:
    """Yield a line of JSON for each snippet that needs no network."""
    for job_id, snippet in enumerate(snippets):
        if "network" not in snippet.needs:
            yield json.dumps(make_job(snippet, job_id)) + "\n"


def write_local_outcomes(snippets: Iterable[Snippet], file: Path) -> None:
    """Run the jobs here as another machine would, and write what `merge_outcomes` reads there."""
    slots = str(os.cpu_count() or 2)
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", encoding="utf-8") as stream:
        subprocess.run(
            [sys.executable, str(WORKER_FOLDER), "--batch", slots, *PRELOADED_MODULES],
            input="".join(serialize_jobs(snippets)),
            stdout=stream,
            encoding="utf-8",
            check=True,
        )


def merge_outcomes(
    root: Path,
    snippets: Sequence[Snippet],
    expected_outputs: ExpectedOutputs,
    files: Iterable[Path],
) -> list[str]:
    """Write what came of the jobs on other machines.

    Outcomes of a snippet that has changed since say nothing of it as it is, and are passed over.
    The output of a snippet that needs a GPU, and was not verified on any as it is, is written into
    its ``.out`` file from its first run.

    Returns:
        What to say of it, line by line.

    Raises:
        RecordError: for a file that holds no outcomes.
    """
    runs = sorted(
        (run for file in files for run in _read_verified_runs(file, snippets)),
        key=lambda run: (run.time, run.environment.id, run.snippet.name),
    )
    return _merge_runs(root, snippets, expected_outputs, runs)


def remove_environment(root: Path, environment_id: str) -> list[str]:
    """Drop an environment that nobody runs any more, with all its verdicts.

    Returns:
        What to say of it, line by line.

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
    remaining_records, removed_count = {}, 0
    for name, snippet_record in record.snippet_records.items():
        verdicts = dict(snippet_record.verdicts)
        removed_count += verdicts.pop(environment_id, None) is not None
        if verdicts:
            remaining_records[name] = replace(snippet_record, verdicts=verdicts)
    write_record(root, VerificationRecord(record.environments, remaining_records))
    return [f"{environment_id}: forgotten, with {removed_count} verdicts"]


def _read_verified_runs(file: Path, snippets: Iterable[Snippet]) -> Iterator[VerifiedRun]:
    """Yield what a file of outcomes says of the snippets as they are now.

    Raises:
        RecordError: for a line that is no outcome, or a program that has not run twice.
    """
    snippet_by_path = {snippet.path: snippet for snippet in snippets}
    # By path, and by what tells one batch from another.
    outcomes_by_run: defaultdict[tuple[str, object], list[BatchOutcome]] = defaultdict(list)
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        try:
            batch_outcome: object = json.loads(line)
        except ValueError as error:
            raise _make_outcome_error(file, number) from error
        if not is_batch_outcome(batch_outcome):
            raise _make_outcome_error(file, number)
        snippet = snippet_by_path.get(batch_outcome["path"])
        if snippet and batch_outcome["sha256"] == compute_sha256(snippet.source):
            machine_and_time = (*sorted(batch_outcome["machine"].items()), batch_outcome["time"])
            outcomes_by_run[snippet.path, machine_and_time].append(batch_outcome)
    for (path, _), batch_outcomes in outcomes_by_run.items():
        snippet = snippet_by_path[path]
        machine, time = batch_outcomes[0]["machine"], batch_outcomes[0]["time"]
        if "cuda" in snippet.needs and machine["cuda"] is None:
            continue
        if len(batch_outcomes) != len(HASH_SEEDS):
            raise _make_outcome_error(file, 1)
        result = evaluate_runs(snippet, [entry["outcome"] for entry in batch_outcomes])
        yield VerifiedRun(snippet, result, make_environment(machine, snippet), time)


def _merge_runs(
    root: Path,
    snippets: Sequence[Snippet],
    expected_outputs: ExpectedOutputs,
    runs: Sequence[VerifiedRun],
) -> list[str]:
    """Write what came of runs elsewhere; return what to say of it, line by line."""
    record = _load_record(root)
    expected_outputs = dict(expected_outputs)
    messages = []
    for snippet, output, environment in _find_new_gpu_outputs(record, expected_outputs, runs):
        write_atomically(root / snippet.out_path, output)
        expected_outputs[snippet.name] = output
        messages.append(f"{snippet.out_path}: recorded on {environment.device}")
    record = apply_other_runs(record, snippets, expected_outputs, runs)
    write_record(root, record)
    kinds_by_environment: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for snippet, _, environment, _ in runs:
        snippet_record = record.snippet_records.get(snippet.name)
        if snippet_record and environment.id in snippet_record.verdicts:
            verdict = snippet_record.verdicts[environment.id]
            label = f"torch {environment.torch}, Python {environment.python}, {environment.device}"
            kinds_by_environment[label][verdict.kind] += 1
            if verdict.reason:
                messages.append(f"{snippet.path}: {verdict.kind}: {verdict.reason}")
    for label, kinds in kinds_by_environment.items():
        counts = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))
        messages.append(f"{label}: {counts}")
    return messages


def _find_new_gpu_outputs(
    record: VerificationRecord, expected_outputs: ExpectedOutputs, runs: Iterable[VerifiedRun]
) -> list[tuple[Snippet, str, Environment]]:
    """Return outputs of programs that need a GPU, where the expected ones were verified on none.

    Of several runs of a program the first counts; the others are compared with it.
    """
    first_runs: dict[str, tuple[Snippet, str, Environment]] = {}
    for snippet, result, environment, _ in runs:
        if "cuda" in snippet.needs and isinstance(result, Run):
            first_runs.setdefault(snippet.name, (snippet, result.output, environment))
    return [
        (snippet, output, environment)
        for snippet, output, environment in first_runs.values()
        if output != expected_outputs.get(snippet.name)
        and not any(
            verdict.kind == "equal"
            for verdict in record.find_verdicts(
                snippet, expected_outputs.get(snippet.name)
            ).values()
        )
    ]


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

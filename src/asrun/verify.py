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

from asrun.errors import Place, RecordError, RunError
from asrun.judge import Run
from asrun.project import Project
from asrun.record import recorded, write_whole
from asrun.runner import (
    PRELOADED,
    SECONDS,
    WORKER,
    Progress,
    Result,
    Runner,
    environment_of,
    job,
    judge_both,
)
from asrun.snippet import Snippet
from asrun.verified import (
    PATH,
    Ran,
    Verified,
    digest,
    environment,
    merged,
    read,
    updated,
    write,
)

HOW = (
    "There, with a copy of src/asrun/worker and these jobs:\n"
    f"  python worker --batch 4 {' '.join(PRELOADED)} < jobs.jsonl > outcomes.jsonl\n"
    "Here: asrun verify --merge outcomes.jsonl"
)


def now() -> str:
    """Return the time in UTC, to the minute."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%MZ")


def keep(root: Path, snippets: Iterable[Snippet], results: Mapping[str, Result]) -> bool:
    """Write where snippets that ran here and are recorded are proven; say if the file changed.

    ``snippets`` are all that there are, ``results`` those of the ones that ran. A record that
    cannot be read is written anew: what it said of other environments is lost.
    """
    told, at = environment_of(), now()
    snippets = list(snippets)
    ran = [Ran(s, results[s.name], environment(told, s), at) for s in snippets if s.name in results]
    return write(root, updated(root, _known(root), snippets, ran))


def here(project: Project, python: str, progress: Progress | None = None) -> list[str]:
    """Run every snippet with an interpreter of this machine and write what came of it.

    What fails runs again, by itself and with more time, before it counts as a failure.

    Raises:
        ProjectError: if it is none.
    """
    told, at = environment_of(python), now()
    with Runner(python=python) as runner:
        results = list(runner.run_all(project.snippets.values(), progress))
    failed = [snippet for snippet, result in results if isinstance(result, RunError)]
    with Runner(python=python, slots=1, seconds=3 * SECONDS) as alone:  # the machine was busy?
        again = {snippet.name: result for snippet, result in alone.run_all(failed, progress)}
    ran = [
        Ran(snippet, again.get(snippet.name, result), environment(told, snippet), at)
        for snippet, result in results
    ]
    return _merge(project, ran)


def jobs(snippets: Iterable[Snippet]) -> Iterator[str]:
    """Yield a line of JSON for each snippet that needs no network."""
    for number, snippet in enumerate(snippets):
        if "network" not in snippet.needs:
            yield json.dumps(job(snippet) | {"id": number}) + "\n"


def outcomes(project: Project, file: Path) -> None:
    """Run the jobs here as another machine would, and write what `merge` reads there."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", encoding="utf-8") as out:
        subprocess.run(
            [sys.executable, str(WORKER), "--batch", str(os.cpu_count() or 2), *PRELOADED],
            input="".join(jobs(project.snippets.values())),
            stdout=out,
            encoding="utf-8",
            check=True,
        )


def merge(project: Project, files: Iterable[Path]) -> list[str]:
    """Write what came of the jobs elsewhere; say what came of it, environment by environment.

    Outcomes of a snippet that has changed since say nothing of it as it is, and are passed over.
    A snippet that needs a GPU and has no proof as it is gets its output recorded from its run.

    Raises:
        RecordError: for a file that holds no outcomes.
    """
    ran = sorted(_outcomes(project, files), key=lambda r: (r.at, r.environment.id, r.snippet.name))
    return _merge(project, ran)


def forget(project: Project, environment: str) -> list[str]:
    """Drop an environment that nobody runs any more, with all its verdicts; say what went.

    Raises:
        RecordError: if there is no environment of this id.
    """
    known = read(project.root) or Verified()
    if environment not in known.environments:
        raise RecordError(
            Place(PATH),
            f"no environment {environment}",
            f"Name one of {', '.join(known.environments) or 'those that `asrun verify` adds'}.",
        )
    proofs = {
        name: replace(proof, runs={k: v for k, v in proof.runs.items() if k != environment})
        for name, proof in known.proofs.items()
    }
    kept = {name: proof for name, proof in proofs.items() if proof.runs}
    write(project.root, Verified(known.environments, kept))
    gone = sum(environment in proof.runs for proof in known.proofs.values())
    return [f"{environment}: forgotten, with {gone} verdicts"]


def _outcomes(project: Project, files: Iterable[Path]) -> Iterator[Ran]:
    by_path = {snippet.path: snippet for snippet in project.snippets.values()}
    for file in files:
        runs: dict[str, list[dict[str, Any]]] = {}
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            try:
                outcome = json.loads(line)
                snippet = by_path.get(outcome["path"])
                if snippet and outcome["sha256"] == digest(snippet.source):
                    where = json.dumps(outcome["environment"], sort_keys=True)
                    runs.setdefault(f"{snippet.path}\n{where}", []).append(outcome)
            except (ValueError, KeyError, TypeError) as error:
                raise _no_outcome(file, number) from error
        for key, outcomes in runs.items():
            path, where = key.split("\n")
            told, snippet = json.loads(where), by_path[path]
            if "cuda" in snippet.needs and told["cuda"] is None:
                continue
            if len(outcomes) != 2:
                raise _no_outcome(file, 1)
            result = judge_both(snippet, outcomes)
            yield Ran(snippet, result, environment(told, snippet), told["at"])


def _merge(project: Project, ran: Sequence[Ran]) -> list[str]:
    known, snippets = _known(project.root), list(project.snippets.values())
    told = []
    for snippet, result, there, _ in ran:
        if "cuda" not in snippet.needs or not isinstance(result, Run):
            continue
        output = recorded(project.root, snippet)
        proven = known.proofs.get(snippet.name)
        passed = proven and proven.passed and known.of(snippet, output)
        if not passed and output != result.output:
            write_whole(project.root / snippet.out_path, result.output)
            told.append(f"{snippet.out_path}: recorded on {there.device}")
    found = merged(project.root, known, snippets, ran)
    write(project.root, found)
    counts: dict[str, Counter[str]] = {}
    for snippet, _, there, _ in ran:
        proof = found.proofs.get(snippet.name)
        if proof and there.id in proof.runs:
            verdict = proof.runs[there.id]
            name = f"torch {there.torch}, Python {there.python}, {there.device}"
            counts.setdefault(name, Counter())[verdict.kind] += 1
            if verdict.why:
                told.append(f"{snippet.path}: {verdict.kind}: {verdict.why}")
    for name, counted in counts.items():
        told.append(f"{name}: " + ", ".join(f"{n} {kind}" for kind, n in sorted(counted.items())))
    return told


def _known(root: Path) -> Verified:
    try:
        return read(root) or Verified()
    except RecordError:
        return Verified()


def _no_outcome(file: Path, line: int) -> RecordError:
    return RecordError(
        Place(file.name, line),
        "not the two outcomes of each job that a worker writes",
        "Run the worker as `asrun verify --jobs` says, and take its whole output.",
    )

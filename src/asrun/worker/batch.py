"""Runs all jobs of another machine, each twice, where nothing else of ours is installed."""

from __future__ import annotations

import contextlib
import hashlib
import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterable
from pathlib import Path
from typing import IO

from .environment import HASH_SEEDS, describe_machine, make_server_environment
from .protocol import BatchOutcome, Job, Outcome


def run_batch(slots: int, modules: list[str]) -> None:
    """Run the jobs on stdin once under each of `HASH_SEEDS`, and write each `BatchOutcome`.

    Args:
        slots: how many programs run at a time.
        modules: what the server imports before it forks.
    """
    job_by_id: dict[int, Job] = {job["id"]: job for job in map(json.loads, sys.stdin)}
    machine, started_at = describe_machine(), time.strftime("%Y-%m-%dT%H:%MZ", time.gmtime())

    def write_outcome(job: Job, outcome: Outcome | None) -> None:
        digest = hashlib.sha256(job["source"].encode()).hexdigest()
        entry: BatchOutcome = {
            "path": job["path"],
            "sha256": digest,
            "machine": machine,
            "time": started_at,
            "outcome": outcome,
        }
        print(json.dumps(entry), flush=True)

    for seed in HASH_SEEDS:
        server = subprocess.Popen(
            [sys.executable, str(Path(__file__).resolve().parent), str(slots), *modules],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            env=make_server_environment() | {"PYTHONHASHSEED": seed},
        )
        assert server.stdin is not None and server.stdout is not None
        # A thread of its own writes the jobs: with both pipes full, neither side would go on.
        writer = threading.Thread(target=write_jobs, args=(server.stdin, job_by_id.values()))
        writer.start()
        pending_jobs = dict(job_by_id)
        while pending_jobs and (line := server.stdout.readline()):
            outcome: Outcome = json.loads(line)
            write_outcome(pending_jobs.pop(outcome["id"]), outcome)
        writer.join()
        with contextlib.suppress(OSError):
            server.stdin.close()
        server.wait()
        for job in pending_jobs.values():
            write_outcome(job, None)


def write_jobs(stdin: IO[str], jobs: Iterable[Job]) -> None:
    """Write jobs to a server, and nothing to one that has ended."""
    with contextlib.suppress(OSError):
        for job in jobs:
            stdin.write(json.dumps(job) + "\n")
        stdin.flush()

"""A machine where nothing else of this is installed: all jobs at once, each run twice."""

from __future__ import annotations

import contextlib
import hashlib
import json
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from .environment import HASH_SEEDS, describe_machine, make_server_environment


def run_batch(slots: int, modules: list[str]) -> None:
    """Run all jobs on stdin under each of `HASH_SEEDS`; write an outcome for each run.

    An outcome also has the job's path, the digest of its source, and where and when it ran.
    """
    jobs = {job["id"]: job for job in map(json.loads, sys.stdin)}
    description = describe_machine() | {"at": time.strftime("%Y-%m-%dT%H:%MZ", time.gmtime())}
    for seed in HASH_SEEDS:
        server = subprocess.Popen(
            [sys.executable, str(Path(__file__).resolve().parent), str(slots), *modules],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            env=make_server_environment() | {"PYTHONHASHSEED": seed},
        )
        assert server.stdin is not None and server.stdout is not None
        feeder = threading.Thread(target=feed_jobs, args=(server.stdin, list(jobs.values())))
        feeder.start()
        pending_jobs = dict(jobs)
        while pending_jobs and (line := server.stdout.readline()):
            outcome = json.loads(line)
            write_outcome(pending_jobs.pop(outcome["id"]), outcome, description)
        feeder.join()
        with contextlib.suppress(OSError):
            server.stdin.close()
        server.wait()
        for job in pending_jobs.values():
            write_outcome(job, {"id": job["id"], "server": "gone"}, description)


def feed_jobs(stdin: Any, jobs: list[dict[str, Any]]) -> None:
    """Give a server its jobs; one that is gone gets none."""
    with contextlib.suppress(OSError):
        for job in jobs:
            stdin.write(json.dumps(job) + "\n")
        stdin.flush()


def write_outcome(
    job: dict[str, Any], outcome: dict[str, Any], description: dict[str, str | None]
) -> None:
    """Write one outcome of a batch."""
    digest = hashlib.sha256(job["source"].encode()).hexdigest()
    entry = outcome | {"path": job["path"], "sha256": digest, "environment": description}
    print(json.dumps(entry), flush=True)

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

from .environment import HASH_SEEDS, here, of_server


def batch(slots: int, modules: list[str]) -> None:
    """Run all jobs on stdin under each of `HASH_SEEDS`; write an outcome for each run.

    An outcome also has the job's path, the digest of its source, and where and when it ran.
    """
    jobs = {job["id"]: job for job in map(json.loads, sys.stdin)}
    there = here() | {"at": time.strftime("%Y-%m-%dT%H:%MZ", time.gmtime())}
    for seed in HASH_SEEDS:
        server = subprocess.Popen(
            [sys.executable, str(Path(__file__).resolve().parent), str(slots), *modules],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            env=of_server() | {"PYTHONHASHSEED": seed},
        )
        assert server.stdin is not None and server.stdout is not None
        feeder = threading.Thread(target=feed, args=(server.stdin, list(jobs.values())))
        feeder.start()
        left = dict(jobs)
        while left and (line := server.stdout.readline()):
            outcome = json.loads(line)
            tell(left.pop(outcome["id"]), outcome, there)
        feeder.join()
        with contextlib.suppress(OSError):
            server.stdin.close()
        server.wait()
        for job in left.values():
            tell(job, {"id": job["id"], "server": "gone"}, there)


def feed(stdin: Any, jobs: list[dict[str, Any]]) -> None:
    """Give a server its jobs; one that is gone gets none."""
    with contextlib.suppress(OSError):
        for job in jobs:
            stdin.write(json.dumps(job) + "\n")
        stdin.flush()


def tell(job: dict[str, Any], outcome: dict[str, Any], there: dict[str, str | None]) -> None:
    """Write one outcome of a batch."""
    digest = hashlib.sha256(job["source"].encode()).hexdigest()
    told = outcome | {"path": job["path"], "sha256": digest, "environment": there}
    print(json.dumps(told), flush=True)

"""The runner: proves what a program prints by running it twice, in processes of its own."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, wait
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from asrun.base.errors import Location, ProjectError, RunError
from asrun.base.files import PACKAGE_FOLDER
from asrun.execution.evaluate import evaluate_runs
from asrun.execution.jobs import DEFAULT_MEMORY_MEGABYTES, DEFAULT_TIMEOUT_SECONDS, make_job
from asrun.execution.result import Progress, Result, Run, Skipped
from asrun.snippets.snippet import Snippet
from asrun.worker.environment import HASH_SEEDS, make_server_environment

# Programs that a server is given at once, for each that it can run: what waits there, every fork
# copies, and every program's last collection of garbage goes through.
JOBS_QUEUED_PER_SLOT = 4
# Imported once, in the server. Anything else is imported by the program that wants it.
PRELOADED_MODULES = (
    "torch",
    "torchvision",
    "numpy",
    "matplotlib",
    "matplotlib.pyplot",
    "sklearn.datasets",
)
# The oldest instruction set, one thread: prints what differs there would differ for a reader.
OLD_CPU_ENVIRONMENT = {
    "ATEN_CPU_CAPABILITY": "default",
    "ONEDNN_MAX_CPU_ISA": "SSE41",
    "MKL_CBWR": "COMPATIBLE",
}
WORKER_FOLDER = PACKAGE_FOLDER / "worker"


def find_missing_requirement(snippet: Snippet) -> Skipped | None:
    """Return what this machine lacks to run the snippet.

    The network counts as there only where ``ASRUN_NETWORK=1`` says so: a check that passes or
    fails with somebody else's server proves nothing.
    """
    available = {
        "cuda": Path("/dev/nvidiactl").exists(),
        "network": os.environ.get("ASRUN_NETWORK") == "1",
    }
    for need in snippet.needs:
        if not available[need]:
            return Skipped(need)
    return None


class _WorkerProcess:
    """A worker process and the futures of the jobs it has; one thread reads its replies."""

    def __init__(
        self, python: str, preloaded: Iterable[str], slots: int, environment: dict[str, str]
    ) -> None:
        self._process = subprocess.Popen(
            [python, str(WORKER_FOLDER), str(slots), *preloaded],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            env=make_server_environment() | environment,
        )
        self._futures: dict[int, Future[dict[str, Any]]] = {}
        self._job_ids = itertools.count()
        self._lock = threading.Lock()
        self._reader = threading.Thread(target=self._read_outcomes, daemon=True)
        self._reader.start()

    def submit_job(self, job: dict[str, Any]) -> Future[dict[str, Any]]:
        future: Future[dict[str, Any]] = Future()
        with self._lock:
            job_id = next(self._job_ids)
            self._futures[job_id] = future
            try:
                assert self._process.stdin is not None
                self._process.stdin.write(json.dumps(job | {"id": job_id}) + "\n")
                self._process.stdin.flush()
            except OSError:
                self._futures.pop(job_id, None)
                future.set_result({"server": "gone"})
        return future

    def _read_outcomes(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            outcome = json.loads(line)
            with self._lock:
                future = self._futures.pop(outcome["id"])
            future.set_result(outcome)
        with self._lock:
            unanswered, self._futures = list(self._futures.values()), {}
        for future in unanswered:
            future.set_result({"server": "gone"})

    def stop_process(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._reader.join(timeout=5)
        if self._process.stdout is not None:
            self._process.stdout.close()


class Runner:
    """Runs snippets, each twice, on as many cores as there are. Use it as a context manager.

    ``plain`` runs each as ``python FILE`` instead of in a fork: slower, and the proof that the
    fork hides nothing; it sees no figures. ``environment`` is set for every run. ``python`` is the
    interpreter; it needs nothing of ours.
    """

    def __init__(
        self,
        *,
        seconds: float = DEFAULT_TIMEOUT_SECONDS,
        megabytes: int = DEFAULT_MEMORY_MEGABYTES,
        plain: bool = False,
        environment: Mapping[str, str] | None = None,
        slots: int | None = None,
        python: str = sys.executable,
    ) -> None:
        self._limits = {"seconds": seconds, "megabytes": megabytes}
        self._python = python
        self._plain = plain
        self._environment = dict(environment or {})
        self._slots = max(1, (slots or os.cpu_count() or 2) // len(HASH_SEEDS))
        self._servers: list[_WorkerProcess] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for server in self._servers:
            server.stop_process()
        self._servers = []

    def start_servers(self, snippets: Iterable[Snippet]) -> None:
        """Start the servers, with what these snippets import of ``PRELOADED``."""
        imported_names = {name for snippet in snippets for name in _list_imported_names(snippet)}
        preloaded = [
            name for name in PRELOADED_MODULES if name in imported_names and not self._plain
        ]
        for seed in HASH_SEEDS:
            environment = self._environment | {"PYTHONHASHSEED": seed}
            self._servers.append(_WorkerProcess(self._python, preloaded, self._slots, environment))

    def run_snippet(self, snippet: Snippet) -> Result:
        """Run one snippet; what goes wrong is returned, not raised."""
        return next(iter(self.run_snippets([snippet])))[1]

    def run_snippets(
        self, snippets: Iterable[Snippet], progress: Progress | None = None
    ) -> Iterator[tuple[Snippet, Result]]:
        """Run snippets side by side; yield each with its result as it ends."""
        runnable = []
        for snippet in snippets:
            if skipped := find_missing_requirement(snippet):
                yield snippet, skipped
            else:
                runnable.append(snippet)
        if runnable and not self._servers:
            self.start_servers(runnable)
        queue = iter(runnable)
        pending: dict[Future[None], tuple[Snippet, list[Future[dict[str, Any]]]]] = {}
        finished_count = 0
        while True:
            for snippet in islice(queue, JOBS_QUEUED_PER_SLOT * self._slots - len(pending)):
                futures = self._submit_snippet(snippet)
                pending[_join_futures(futures)] = (snippet, futures)
            if not pending:
                return
            for future in wait(pending, return_when=FIRST_COMPLETED).done:
                snippet, futures = pending.pop(future)
                finished_count += 1
                if progress:
                    progress(finished_count, len(runnable), snippet)
                yield (
                    snippet,
                    self._evaluate_outcomes(
                        snippet, [run_future.result() for run_future in futures]
                    ),
                )

    def _submit_snippet(self, snippet: Snippet) -> list[Future[dict[str, Any]]]:
        told = make_job(snippet, plain=self._plain, **self._limits)
        return [server.submit_job(told) for server in self._servers]

    def _evaluate_outcomes(
        self, snippet: Snippet, outcomes: list[dict[str, Any]]
    ) -> Run | RunError:
        return evaluate_runs(snippet, outcomes, self._limits["seconds"])


def describe_interpreter(python: str = sys.executable) -> dict[str, str | None]:
    """Return what an interpreter is and has, as the worker tells it.

    Raises:
        ProjectError: if it cannot run the worker.
    """
    try:
        process = subprocess.run(
            [python, str(WORKER_FOLDER), "--environment"],
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError) as error:
        raise ProjectError(
            Location(python), f"no Python that can run programs: {error}", "Name another one."
        ) from error
    description: dict[str, str | None] = json.loads(process.stdout)
    return description


def _list_imported_names(snippet: Snippet) -> set[str]:
    names = set(snippet.imported_modules)
    return names | {name.partition(".")[0] for name in names}


def _join_futures(futures: list[Future[dict[str, Any]]]) -> Future[None]:
    """Return a future that is done when all of these are."""
    joined: Future[None] = Future()
    countdown = itertools.count(len(futures) - 1, -1)
    lock = threading.Lock()

    def count_down(_: Future[dict[str, Any]]) -> None:
        with lock:
            is_last = next(countdown) == 0
        if is_last:
            joined.set_result(None)

    for future in futures:
        future.add_done_callback(count_down)
    return joined

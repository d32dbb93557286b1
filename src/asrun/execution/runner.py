"""Runs each program twice, by two servers of a worker, and evaluates what comes back."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, wait
from types import TracebackType
from typing import NamedTuple, Self

from asrun.execution.evaluate import evaluate_runs
from asrun.execution.jobs import DEFAULT_MEMORY_MEGABYTES, DEFAULT_TIMEOUT_SECONDS, make_job
from asrun.execution.machine import WORKER_FOLDER, find_missing_requirement
from asrun.execution.result import Progress, Result
from asrun.snippets.imports import InstallStamp, read_install_stamp
from asrun.snippets.snippet import Snippet
from asrun.worker.environment import HASH_SEEDS, make_server_environment
from asrun.worker.protocol import Job, Outcome

# How many programs a server is given ahead, for each that it can run at a time. Every fork copies
# those that wait, and the garbage collector walks them when its program ends.
JOBS_QUEUED_PER_SLOT = 4
# What a server imports before it forks, if programs import it. All else, they import themselves.
PRELOADED_MODULES = (
    "torch",
    "torchvision",
    "numpy",
    "matplotlib",
    "matplotlib.pyplot",
    "sklearn.datasets",
)
STOP_TIMEOUT_SECONDS = 5


class ServerProcess:
    """A worker that serves jobs, and a future for the outcome of each.

    A future's result is None if the server ends before it answers. A thread reads the answers.
    """

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
        self._futures: dict[int, Future[Outcome | None]] = {}
        self._lock = threading.Lock()
        self._reader = threading.Thread(target=self._read_outcomes, daemon=True)
        self._reader.start()

    def is_running(self) -> bool:
        """Say whether the server has not ended."""
        return self._process.poll() is None

    def submit_job(self, job: Job) -> Future[Outcome | None]:
        """Send a job; the server may still be importing modules."""
        future: Future[Outcome | None] = Future()
        with self._lock:
            self._futures[job["id"]] = future
            try:
                assert self._process.stdin is not None
                self._process.stdin.write(json.dumps(job) + "\n")
                self._process.stdin.flush()
            except OSError:
                self._futures.pop(job["id"], None)
                future.set_result(None)
        return future

    def close_stdin(self) -> None:
        """Have the server kill what it runs, and end."""
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):  # it has ended, and left something unread
            self._process.stdin.close()

    def wait_for_end(self) -> None:
        """Wait until the server has ended after `close_stdin`; kill it if that takes long."""
        try:
            self._process.wait(timeout=STOP_TIMEOUT_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._reader.join(timeout=STOP_TIMEOUT_SECONDS)
        if self._process.stdout is not None:
            self._process.stdout.close()

    def _read_outcomes(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            outcome: Outcome = json.loads(line)
            with self._lock:
                future = self._futures.pop(outcome["id"])
            future.set_result(outcome)
        with self._lock:
            unanswered, self._futures = list(self._futures.values()), {}
        for future in unanswered:
            future.set_result(None)


class Runner:
    """Runs snippets, each twice, on as many cores as there are. Use it as a context manager.

    Its servers, one for each of `HASH_SEEDS`, start with the first snippets and end with the
    context.
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
        """Start nothing yet.

        Args:
            seconds: how long most programs may take, by the clock.
            megabytes: MiB of data that a process of most programs may have.
            plain: whether each runs as ``python FILE`` instead of in a fork. That takes longer,
                draws no figures, and proves that the fork hides nothing.
            environment: variables that are set for every run.
            slots: how many programs run at a time, of all servers together; by default, as many as
                there are cores.
            python: the interpreter. Nothing of ours needs to be installed for it.
        """
        self._timeout_seconds = seconds
        self._memory_megabytes = megabytes
        self._plain = plain
        self._environment = dict(environment or {})
        self._slots_per_server = max(1, (slots or os.cpu_count() or 2) // len(HASH_SEEDS))
        self._python = python
        self._servers: list[ServerProcess] = []
        self._preloaded: set[str] = set()
        self._install_stamp: InstallStamp = ()
        self._job_ids = itertools.count()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop_servers()

    def start_servers(self, snippets: Iterable[Snippet]) -> None:
        """Start the servers, unless they run, with those `PRELOADED_MODULES` that snippets import.

        Servers that lack one of these modules are replaced: figures are captured only where pyplot
        is loaded before the program starts. So are servers that have loaded what is no longer
        installed, and servers that somebody has killed.
        """
        modules = set() if self._plain else _find_preloaded_modules(snippets)
        install_stamp = read_install_stamp()
        if (
            self._servers
            and modules <= self._preloaded
            and install_stamp == self._install_stamp
            and all(server.is_running() for server in self._servers)
        ):
            return
        self._stop_servers()
        self._preloaded |= modules
        self._install_stamp = install_stamp
        preloaded = [name for name in PRELOADED_MODULES if name in self._preloaded]
        for seed in HASH_SEEDS:
            environment = self._environment | {"PYTHONHASHSEED": seed}
            self._servers.append(
                ServerProcess(self._python, preloaded, self._slots_per_server, environment)
            )

    def run_snippet(self, snippet: Snippet) -> Result:
        """Run one snippet and return its result."""
        return next(self.run_snippets([snippet]))[1]

    def run_snippets(
        self, snippets: Iterable[Snippet], progress: Progress | None = None
    ) -> Iterator[tuple[Snippet, Result]]:
        """Run snippets side by side; return an iterator of each with its result, as they end.

        The first programs start when this is called, not when the first result is asked for. Take
        all results before you run other snippets, since the servers may be replaced for them. What
        is wrong with a program is its result; nothing is raised.

        Args:
            snippets: the programs; those that this machine cannot run come first, as `Skipped`.
            progress: called before the first program starts, and before each result of a run.
        """
        skipped: list[tuple[Snippet, Result]] = []
        waiting: deque[Snippet] = deque()
        for snippet in snippets:
            if requirement := find_missing_requirement(snippet):
                skipped.append((snippet, requirement))
            else:
                waiting.append(snippet)
        if not waiting:
            return iter(skipped)
        total = len(waiting)
        if progress:
            progress(0, total, "starting: programs run twice, and what they import comes first")
        self.start_servers(waiting)
        running: dict[Future[Outcome | None], _RunningSnippet] = {}
        self._submit_ahead(waiting, running)
        return itertools.chain(skipped, self._yield_results(waiting, running, total, progress))

    def _submit_ahead(
        self, waiting: deque[Snippet], running: dict[Future[Outcome | None], _RunningSnippet]
    ) -> None:
        """Give the servers as many of the waiting snippets as they may have ahead."""
        limit = JOBS_QUEUED_PER_SLOT * self._slots_per_server * len(self._servers)
        while waiting and len(running) < limit:
            snippet = waiting.popleft()
            job = make_job(
                snippet,
                next(self._job_ids),
                plain=self._plain,
                timeout_seconds=self._timeout_seconds,
                memory_megabytes=self._memory_megabytes,
            )
            outcomes = tuple(server.submit_job(job) for server in self._servers)
            running |= dict.fromkeys(outcomes, _RunningSnippet(snippet, outcomes))

    def _yield_results(
        self,
        waiting: deque[Snippet],
        running: dict[Future[Outcome | None], _RunningSnippet],
        total: int,
        progress: Progress | None,
    ) -> Iterator[tuple[Snippet, Result]]:
        finished_count = 0
        while running:
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                snippet, outcomes = running.pop(future)
                if any(outcome in running for outcome in outcomes):
                    continue
                self._submit_ahead(waiting, running)
                finished_count += 1
                if progress:
                    progress(finished_count, total, snippet.name)
                yield (
                    snippet,
                    evaluate_runs(
                        snippet, [outcome.result() for outcome in outcomes], self._timeout_seconds
                    ),
                )

    def _stop_servers(self) -> None:
        """End the servers, side by side, with all that they run."""
        for server in self._servers:
            server.close_stdin()
        for server in self._servers:
            server.wait_for_end()
        self._servers = []


class _RunningSnippet(NamedTuple):
    """A snippet and its two runs."""

    snippet: Snippet
    outcomes: tuple[Future[Outcome | None], ...]


def _find_preloaded_modules(snippets: Iterable[Snippet]) -> set[str]:
    """Return those of `PRELOADED_MODULES` that the snippets import, by name or as a parent."""
    imported = {name for snippet in snippets for name in snippet.imported_modules}
    imported |= {name.partition(".")[0] for name in imported}
    return imported & {*PRELOADED_MODULES}

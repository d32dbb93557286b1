"""The runner: proves what a program prints by running it twice, in processes of its own."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from asrun.errors import Place, ProjectError, RunError
from asrun.judge import NotRun, Run, drawn_names, judge, same
from asrun.key import modules
from asrun.snippet import Snippet
from asrun.worker.environment import HASH_SEEDS, of_server

SECONDS = 30.0
MEGABYTES = 1024
GPU_SECONDS, GPU_MEGABYTES = 120.0, 64 * 1024

# Programs that a server is given at once, for each that it can run: what waits there, every fork
# copies, and every program's last collection of garbage goes through.
AHEAD = 4

# Imported once, in the server. Anything else is imported by the program that wants it.
PRELOADED = ("torch", "torchvision", "numpy", "matplotlib", "matplotlib.pyplot", "sklearn.datasets")

# The oldest instruction set, one thread: prints what differs there would differ for a reader.
OLD_CPU = {
    "ATEN_CPU_CAPABILITY": "default",
    "ONEDNN_MAX_CPU_ISA": "SSE41",
    "MKL_CBWR": "COMPATIBLE",
}

WORKER = Path(__file__).with_name("worker")

Result = Run | NotRun | RunError
Progress = Callable[[int, int, Snippet], None]


def lacking(snippet: Snippet) -> NotRun | None:
    """Return what this machine lacks to run the snippet.

    The network counts as there only where ``ASRUN_NETWORK=1`` says so: a check that passes or
    fails with somebody else's server proves nothing.
    """
    here = {
        "cuda": Path("/dev/nvidiactl").exists(),
        "network": os.environ.get("ASRUN_NETWORK") == "1",
    }
    for need in snippet.needs:
        if not here[need]:
            return NotRun(need)
    return None


class _Server:
    """A worker process and the futures of the jobs it has; one thread reads its replies."""

    def __init__(
        self, python: str, preloaded: Iterable[str], slots: int, environment: dict[str, str]
    ) -> None:
        self._process = subprocess.Popen(
            [python, str(WORKER), str(slots), *preloaded],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            env=of_server() | environment,
        )
        self._futures: dict[int, Future[dict[str, Any]]] = {}
        self._numbers = itertools.count()
        self._lock = threading.Lock()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def submit(self, job: dict[str, Any]) -> Future[dict[str, Any]]:
        future: Future[dict[str, Any]] = Future()
        with self._lock:
            number = next(self._numbers)
            self._futures[number] = future
            try:
                assert self._process.stdin is not None
                self._process.stdin.write(json.dumps(job | {"id": number}) + "\n")
                self._process.stdin.flush()
            except OSError:
                self._futures.pop(number, None)
                future.set_result({"server": "gone"})
        return future

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            outcome = json.loads(line)
            with self._lock:
                future = self._futures.pop(outcome["id"])
            future.set_result(outcome)
        with self._lock:
            left, self._futures = list(self._futures.values()), {}
        for future in left:
            future.set_result({"server": "gone"})

    def close(self) -> None:
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
        seconds: float = SECONDS,
        megabytes: int = MEGABYTES,
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
        self._servers: list[_Server] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for server in self._servers:
            server.close()
        self._servers = []

    def start(self, snippets: Iterable[Snippet]) -> None:
        """Start the servers, with what these snippets import of ``PRELOADED``."""
        imported = {name for snippet in snippets for name in _imports(snippet)}
        preloaded = [name for name in PRELOADED if name in imported and not self._plain]
        for seed in HASH_SEEDS:
            environment = self._environment | {"PYTHONHASHSEED": seed}
            self._servers.append(_Server(self._python, preloaded, self._slots, environment))

    def run(self, snippet: Snippet) -> Result:
        """Run one snippet; what goes wrong is returned, not raised."""
        return next(iter(self.run_all([snippet])))[1]

    def run_all(
        self, snippets: Iterable[Snippet], progress: Progress | None = None
    ) -> Iterator[tuple[Snippet, Result]]:
        """Run snippets side by side; yield each with its result as it ends."""
        todo = []
        for snippet in snippets:
            if lack := lacking(snippet):
                yield snippet, lack
            else:
                todo.append(snippet)
        if todo and not self._servers:
            self.start(todo)
        waiting = iter(todo)
        pairs: dict[Future[None], tuple[Snippet, list[Future[dict[str, Any]]]]] = {}
        done = 0
        while True:
            for snippet in islice(waiting, AHEAD * self._slots - len(pairs)):
                runs = self._submit(snippet)
                pairs[_both(runs)] = (snippet, runs)
            if not pairs:
                return
            for future in wait(pairs, return_when=FIRST_COMPLETED).done:
                snippet, runs = pairs.pop(future)
                done += 1
                if progress:
                    progress(done, len(todo), snippet)
                yield snippet, self._judge(snippet, [run.result() for run in runs])

    def _submit(self, snippet: Snippet) -> list[Future[dict[str, Any]]]:
        told = job(snippet, plain=self._plain, **self._limits)
        return [server.submit(told) for server in self._servers]

    def _judge(self, snippet: Snippet, outcomes: list[dict[str, Any]]) -> Run | RunError:
        return judge_both(snippet, outcomes, self._limits["seconds"])


def job(
    snippet: Snippet,
    *,
    plain: bool = False,
    seconds: float = SECONDS,
    megabytes: float = MEGABYTES,
) -> dict[str, Any]:
    """Return what a worker is told of a snippet."""
    if "cuda" in snippet.needs:  # CUDA maps what it never fills
        megabytes = max(megabytes, GPU_MEGABYTES)
    return {
        "path": snippet.path,
        "shown": snippet.path,
        "source": snippet.source,
        "names": drawn_names(snippet),
        "plain": plain,
        "as_file": snippet.as_file,
        "network": "network" in snippet.needs,
        "seconds": patience(snippet, seconds),
        "megabytes": int(megabytes),
    }


def patience(snippet: Snippet, seconds: float) -> float:
    """Return how long a snippet may take, where most may take ``seconds``.

    To start CUDA takes a while, and so does importing torch anew in each process it spawns.
    """
    if "cuda" in snippet.needs:
        return max(seconds, GPU_SECONDS)
    return seconds * 3 if snippet.as_file else seconds


def judge_both(
    snippet: Snippet, outcomes: Sequence[Mapping[str, Any]], seconds: float = SECONDS
) -> Run | RunError:
    """Judge a snippet's two runs; they must have done the same."""
    try:
        allowed = patience(snippet, seconds)
        first, second = (judge(snippet, outcome, allowed) for outcome in outcomes)
    except RunError as error:
        return error
    return same(snippet, first, second)


def environment_of(python: str = sys.executable) -> dict[str, str | None]:
    """Return what an interpreter is and has, as the worker tells it.

    Raises:
        ProjectError: if it cannot run the worker.
    """
    try:
        done = subprocess.run(
            [python, str(WORKER), "--environment"], capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError) as error:
        raise ProjectError(
            Place(python), f"no Python that can run programs: {error}", "Name another one."
        ) from error
    found: dict[str, str | None] = json.loads(done.stdout)
    return found


def _imports(snippet: Snippet) -> set[str]:
    names = set(modules(snippet.source))
    return names | {name.partition(".")[0] for name in names}


def _both(futures: list[Future[dict[str, Any]]]) -> Future[None]:
    """Return a future that is done when all of these are."""
    both: Future[None] = Future()
    left = itertools.count(len(futures) - 1, -1)
    lock = threading.Lock()

    def one_is_done(_: Future[dict[str, Any]]) -> None:
        with lock:
            last = next(left) == 0
        if last:
            both.set_result(None)

    for future in futures:
        future.add_done_callback(one_is_done)
    return both

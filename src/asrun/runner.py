"""The runner: proves what a program prints by running it twice, in processes of its own."""

from __future__ import annotations

import itertools
import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, as_completed
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from asrun.errors import RunError
from asrun.key import modules
from asrun.snippet import Snippet

SECONDS = 30.0
MEGABYTES = 1024

# Imported once, in the server. Anything else is imported by the program that wants it.
PRELOADED = ("torch", "torchvision", "numpy", "matplotlib", "matplotlib.pyplot")
_NAMES = re.compile(r"[^\W\d]\w*")

# Two runs of the same program must print the same, under these two environments: sets and
# dictionaries of strings may not order the output, and (see worker.reseed) neither may chance.
HASH_SEEDS = ("1", "2")

# The oldest instruction set, one thread: prints what differs there would differ for a reader.
OLD_CPU = {
    "ATEN_CPU_CAPABILITY": "default",
    "ONEDNN_MAX_CPU_ISA": "SSE41",
    "MKL_CBWR": "COMPATIBLE",
}


@dataclass(frozen=True)
class Run:
    """What a program did, proven: its output, the tensors it asks to draw, its plots as SVG.

    ``output`` is what it printed, followed by the exception it declares, as Python prints it.
    """

    output: str
    tensors: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    plots: tuple[str, ...] = ()
    versions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class NotRun:
    """Why a program was not run here; a fact to show, not an error."""

    needs: str


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

    def __init__(self, preloaded: Iterable[str], slots: int, environment: dict[str, str]) -> None:
        base = {
            name: value
            for name, value in os.environ.items()
            if name not in ("DISPLAY", "WAYLAND_DISPLAY", "PYTHONPATH", "PYTHONWARNINGS")
        }
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("worker.py")), str(slots), *preloaded],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            env=base
            | {
                "MPLBACKEND": "Agg",
                "OMP_NUM_THREADS": "1",
                "OPENBLAS_NUM_THREADS": "1",
                "MKL_NUM_THREADS": "1",
                "PYTHONDONTWRITEBYTECODE": "1",
                "PYTHONIOENCODING": "utf-8",
                "PYTHONUTF8": "1",
            }
            | environment,
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
    fork hides nothing; it sees no figures. ``environment`` is set for every run.
    """

    def __init__(
        self,
        *,
        seconds: float = SECONDS,
        megabytes: int = MEGABYTES,
        plain: bool = False,
        environment: Mapping[str, str] | None = None,
        slots: int | None = None,
    ) -> None:
        self._limits = {"seconds": seconds, "megabytes": megabytes}
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
            self._servers.append(_Server(preloaded, self._slots, environment))

    def run(self, snippet: Snippet) -> Result:
        """Run one snippet; what goes wrong is returned, not raised."""
        return next(iter(self.run_all([snippet])))[1]

    def run_all(
        self, snippets: Iterable[Snippet], progress: Progress | None = None
    ) -> Iterator[tuple[Snippet, Result]]:
        """Run snippets side by side; yield each with its result as it ends."""
        todo = list(snippets)
        if todo and not self._servers:
            self.start(todo)
        pairs: dict[Future[None], tuple[Snippet, list[Future[dict[str, Any]]]]] = {}
        for snippet in todo:
            if lack := lacking(snippet):
                yield snippet, lack
                continue
            job = {
                "path": snippet.path,
                "shown": snippet.path,
                "source": snippet.source,
                "names": _drawn_names(snippet),
                "plain": self._plain or snippet.as_file,
                **self._limits,
            }
            runs = [server.submit(job) for server in self._servers]
            pairs[_both(runs)] = (snippet, runs)
        for done, future in enumerate(as_completed(pairs), 1):
            snippet, runs = pairs[future]
            if progress:
                progress(done, len(pairs), snippet)
            yield snippet, self._judge(snippet, [run.result() for run in runs])

    def _judge(self, snippet: Snippet, outcomes: list[dict[str, Any]]) -> Run | RunError:
        try:
            first, second = (
                judge(snippet, outcome, self._limits["seconds"]) for outcome in outcomes
            )
        except RunError as error:
            return error
        return _same(snippet, first, second)


def judge(snippet: Snippet, outcome: Mapping[str, Any], seconds: float = SECONDS) -> Run:
    """Turn a worker's outcome into a run.

    Raises:
        RunError: if the program did anything but what it declares.
    """
    if "server" in outcome:
        raise RunError(
            snippet.place(),
            "the worker that ran it ended",
            "Run it again; if it ends again, run the file with `python` and look at its memory.",
        )
    if outcome["overdue"]:
        raise RunError(
            snippet.place(),
            f"still running after {seconds:g} s",
            "Its processes were ended. Make it smaller, or find what it waits for.",
        )
    report = outcome["report"]
    if report is None and (outcome["plain"] or _is_traceback(outcome)):
        return _judge_plain(snippet, outcome)
    if report is None:
        raise RunError(snippet.place(), _crash(outcome), "Run the file with `python` to see it.")
    output = outcome["stdout"]
    _check_exception(snippet, report["exception"])
    if report["exception"]:
        output += report["exception"]["text"] + "\n"
    _check_stderr(snippet, outcome["stderr"])
    if report["missing"]:
        name = report["missing"][0]
        drawing = next(d for d in snippet.drawings if name in _NAMES.findall(d.value))
        raise RunError(
            snippet.place(drawing.line),
            f"`# draw:` asks for `{name}`, and the program ends without a tensor of that name",
            "Name variables that are tensors when the program has ended.",
        )
    if report["unshown"]:
        raise RunError(snippet.place(), "a figure is drawn and not shown", "End with `plt.show()`.")
    figures = len(snippet.drawings) + len(report["plots"])
    if figures != len(snippet.alt("zh")):
        raise RunError(
            snippet.place(),
            f"{figures} figures and {len(snippet.alt('zh'))} alt texts",
            "Write one `# figure.zh:` and one `# figure.en:` for each figure, in order.",
        )
    _check_output(snippet, output, bool(figures))
    return Run(output, report["tensors"], tuple(report["plots"]), report["versions"])


def _judge_plain(snippet: Snippet, outcome: Mapping[str, Any]) -> Run:
    """Judge a run of ``python FILE``: exit status and the traceback are all there is."""
    output, stderr = outcome["stdout"], outcome["stderr"]
    exception = None
    if outcome["exit"] != 0:
        if not _is_traceback(outcome):
            raise RunError(
                snippet.place(), _crash(outcome), "Run the file with `python` to see it."
            )
        head, _, last = stderr.rpartition("\nTraceback (most recent call last):\n")
        frames = re.findall(r'^  File "[^"]*", line (\d+)', last or stderr, re.MULTILINE)
        text = re.split(r"^(?=\S)", last or stderr, flags=re.MULTILINE)[-1].rstrip()
        qualified = re.split(r"[:\s]", text, maxsplit=1)[0]
        exception = {
            "type": qualified.rpartition(".")[2],
            "qualified": qualified,
            "line": int(frames[0]) if frames else 1,
            "text": text,
            "warning": qualified.endswith("Warning"),
        }
        stderr = head if last else ""
    _check_exception(snippet, exception)
    _check_stderr(snippet, stderr)
    if exception:
        output += f"{exception['text']}\n"
    _check_output(snippet, output, "plt.show()" in snippet.source or bool(snippet.drawings))
    return Run(output)


def _check_exception(snippet: Snippet, exception: Mapping[str, Any] | None) -> None:
    if exception is None:
        if snippet.raises:
            raise RunError(
                snippet.place(),
                f"declares `# raises: {snippet.raises}` and ends without an exception",
                "Delete the directive, or find out why it no longer raises.",
            )
        return
    if snippet.raises in (exception["type"], exception["qualified"]):
        return
    first = exception["text"].splitlines()[0]
    place = snippet.place(exception["line"])
    if snippet.raises:
        raise RunError(
            place, f"ends in `{first}`, not in {snippet.raises}", "Declare what it raises."
        )
    if exception["warning"]:
        raise RunError(place, f"warns: `{first}`", "Use what the warning recommends.")
    raise RunError(
        place, f"raises `{first}`", "Mend it, or declare `# raises:` if that is its point."
    )


def _check_stderr(snippet: Snippet, stderr: str) -> None:
    if stderr.strip():
        raise RunError(
            snippet.place(),
            f"writes to stderr: `{stderr.strip().splitlines()[-1]}`",
            "Print to stdout what readers should see, and silence or mend the rest.",
        )


def _check_output(snippet: Snippet, output: str, draws: bool) -> None:
    if not output and not draws:
        raise RunError(snippet.place(), "prints nothing and draws nothing", "Show what it proves.")
    if output and not output.endswith("\n"):
        raise RunError(
            snippet.place(), "its output does not end with a newline", "Print the last line whole."
        )


def _same(snippet: Snippet, first: Run, second: Run) -> Run | RunError:
    if first.output != second.output:
        lines = itertools.zip_longest(first.output.splitlines(), second.output.splitlines())
        number, (one, two) = next(
            (n, pair) for n, pair in enumerate(lines, 1) if pair[0] != pair[1]
        )
        return RunError(
            snippet.place(),
            f"prints something else on a second run: line {number} is `{one}`, then `{two}`",
            "Set the seed it depends on, and sort what comes from a set.",
        )
    if (first.tensors, first.plots) != (second.tensors, second.plots):
        return RunError(
            snippet.place(),
            "draws something else on a second run",
            "Set the seed it depends on.",
        )
    return first


def _crash(outcome: Mapping[str, Any]) -> str:
    code = outcome["exit"]
    if code < 0:
        return f"crashed the interpreter (signal {-code})"
    return f"ended the interpreter with exit code {code}, past its last line"


def _is_traceback(outcome: Mapping[str, Any]) -> bool:
    return outcome["exit"] == 1 and "Traceback (most recent call last):" in outcome["stderr"]


def _imports(snippet: Snippet) -> set[str]:
    names = set(modules(snippet.source))
    return names | {name.partition(".")[0] for name in names}


def _drawn_names(snippet: Snippet) -> list[str]:
    names = (name for drawing in snippet.drawings for name in _NAMES.findall(drawing.value))
    return list(dict.fromkeys(names))


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

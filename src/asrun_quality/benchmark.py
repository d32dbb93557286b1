"""The benchmark: what the project promises about speed and memory, measured on this machine."""

from __future__ import annotations

import contextlib
import io
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from asrun.execution.result import Run, Skipped
from asrun.execution.runner import Runner
from asrun.project.project import Project, load_project
from asrun.project.runs import run_labs
from asrun.snippets.snippet import Snippet

FILE_RUN_SAMPLE_SIZE = 10  # programs timed as `python FILE`, which takes seconds for each
# Bounds in seconds: this machine breaks the project's promise if it takes longer.
MAX_FORK_SECONDS = 0.15  # beyond plain exec, for a snippet
MAX_ALL_SNIPPETS_SECONDS = 45.0
MAX_ALL_LABS_SECONDS = 60.0
MAX_CACHED_LABS_SECONDS = 1.0
MAX_UNCHANGED_SITE_SECONDS = 4.0


class Timing(NamedTuple):
    """What was measured, the seconds that it took, and the bound if there is one."""

    name: str
    seconds: float
    max_seconds: float | None = None

    @property
    def is_too_slow(self) -> bool:
        """Whether it took longer than its bound."""
        return self.max_seconds is not None and self.seconds > self.max_seconds

    def __str__(self) -> str:
        bound = "" if self.max_seconds is None else f"  (bound {self.max_seconds:g} s)"
        verdict = "  BROKEN" if self.is_too_slow else ""
        return f"{self.seconds:8.3f} s  {self.name}{bound}{verdict}"


def print_benchmark_report(root: Path) -> int:
    """Measure and print each timing beside its bound; return 1 if one is broken."""
    project = load_project(root)
    snippets = [s for s in project.snippets.values() if not s.needs and not s.as_file]
    print(f"{len(snippets)} snippets, {os.cpu_count()} cores")
    timings = [
        *_time_single_snippets(snippets),
        Timing(
            "all snippets, nothing cached", _time_all_snippets(project), MAX_ALL_SNIPPETS_SECONDS
        ),
        *_time_labs(project),
        *_time_site_builds(root, project),
    ]
    for timing in timings:
        print(timing)
    print(f"{_get_peak_kibibytes() / 2**20:8.2f} GiB  largest single process (torch, matplotlib)")
    return int(any(timing.is_too_slow for timing in timings))


def _get_peak_kibibytes() -> int:
    """Return the peak memory of the largest process: this one, or one that it started."""
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return max(resource.getrusage(kind).ru_maxrss for kind in kinds)


def _time_single_snippets(snippets: list[Snippet]) -> list[Timing]:
    """Return the mean times of one snippet in each way of running, and of the servers' start."""
    file_seconds = statistics.mean(map(_time_file_run, _sample_snippets(snippets)))
    exec_seconds = statistics.mean(map(_time_exec, snippets))
    forked_seconds, start_seconds = _time_forked_runs(snippets)
    return [
        Timing("`python FILE`, a snippet", file_seconds),
        Timing("plain exec, torch loaded, a snippet", exec_seconds),
        Timing("proven (run twice, in fresh processes), a snippet", forked_seconds),
        Timing("  … over plain exec", forked_seconds - exec_seconds, MAX_FORK_SECONDS),
        Timing("starting both servers, once", start_seconds),
    ]


def _time_call(function: Callable[[], object]) -> float:
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def _sample_snippets(snippets: list[Snippet]) -> list[Snippet]:
    return snippets[:: max(1, len(snippets) // FILE_RUN_SAMPLE_SIZE)][:FILE_RUN_SAMPLE_SIZE]


def _time_file_run(snippet: Snippet) -> float:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "program.py"
        file.write_text(snippet.source, encoding="utf-8")
        environment = os.environ | {"MPLBACKEND": "Agg", "OMP_NUM_THREADS": "1"}
        return _time_call(
            lambda: subprocess.run(
                [sys.executable, str(file)],
                cwd=folder,
                env=environment,
                capture_output=True,
                check=False,
            )
        )


def _time_exec(snippet: Snippet) -> float:
    """Time the code alone, in this process, when its modules are loaded."""
    import matplotlib  # noqa: PLC0415

    matplotlib.use("Agg")
    code = compile(snippet.source, snippet.path, "exec")

    def execute_code() -> None:
        stdout = io.StringIO()
        with contextlib.redirect_stdout(stdout), contextlib.suppress(Exception):
            exec(code, {"__name__": "__main__"})

    cores = os.sched_getaffinity(0)
    # Some programs write files, and some give cores away.
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        execute_code()  # loads the modules
        seconds = _time_call(execute_code)
    os.sched_setaffinity(0, cores)
    return seconds


def _time_forked_runs(snippets: list[Snippet]) -> tuple[float, float]:
    """Return the mean seconds of a snippet that is proven, and those until the first one was."""
    with Runner() as runner:
        runner.start_servers(snippets)
        start_seconds = _time_call(lambda: runner.run_snippet(snippets[0]))
        results: list[object] = []
        seconds = _time_call(
            lambda: results.extend(result for _, result in runner.run_snippets(snippets))
        )
    assert all(isinstance(result, Run) for result in results), "a snippet failed: make test"
    return seconds / len(snippets), start_seconds


def _time_all_snippets(project: Project) -> float:
    """Time the servers' start and all snippets that can run here, in whatever way each needs."""

    def run_all_snippets() -> None:
        with Runner() as runner:
            for snippet, result in runner.run_snippets(project.snippets.values()):
                assert isinstance(result, Run | Skipped), f"{snippet.path}: {result}"

    return _time_call(run_all_snippets)


def _time_labs(project: Project) -> list[Timing]:
    with tempfile.TemporaryDirectory(prefix="asrun-bench-") as folder:
        cold_seconds = _time_call(lambda: run_labs(Path(folder), project.labs))
        warm_seconds = _time_call(lambda: run_labs(Path(folder), project.labs))
    return [
        Timing("all labs, nothing cached", cold_seconds, MAX_ALL_LABS_SECONDS),
        Timing("all labs, cached", warm_seconds, MAX_CACHED_LABS_SECONDS),
    ]


def _time_site_builds(root: Path, project: Project) -> list[Timing]:
    """Time `make site` on a copy: cold, with nothing changed, with one snippet changed."""
    with tempfile.TemporaryDirectory(prefix="asrun-bench-") as folder:
        copy = Path(folder)
        # Without the record of where snippets are proven, which would refuse the changed one.
        ignore = shutil.ignore_patterns("verified.json")
        for name in ("docs", "snippets"):
            shutil.copytree(root / name, copy / name, ignore=ignore)
        for name in ("mkdocs.yml", "mkdocs.en.yml"):
            shutil.copy(root / name, copy / name)

        def run_site_build() -> None:
            command = [sys.executable, "-m", "asrun.cli", "--root", folder, "site"]
            subprocess.run(command, check=True, capture_output=True)

        cold_seconds, unchanged_seconds = _time_call(run_site_build), _time_call(run_site_build)
        edited_snippet = next(s for s in project.snippets.values() if s.expected_exception is None)
        with (copy / edited_snippet.path).open("a", encoding="utf-8") as file:
            file.write("# (1, 1)\n")
        edited_seconds = _time_call(run_site_build)
    return [
        Timing("`make site`, nothing cached", cold_seconds),
        Timing("`make site`, nothing changed", unchanged_seconds, MAX_UNCHANGED_SITE_SECONDS),
        Timing("`make site`, one snippet changed", edited_seconds),
    ]

"""The bench: what the project promises about speed and memory, measured here, in one run."""

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

from asrun.execution.result import Run, Skipped
from asrun.execution.runner import Runner
from asrun.project.project import Project, load_project
from asrun.project.runs import run_labs
from asrun.snippets.snippet import Snippet

FILE_RUN_SAMPLE_SIZE = 10  # programs timed as `python FILE`: slow, and all alike


def print_benchmark_report(root: Path) -> int:
    """Print the measurements beside their bounds; return 1 if a bound is broken."""
    project = load_project(root)
    snippets = [s for s in project.snippets.values() if not s.needs and not s.as_file]
    print(f"{len(snippets)} snippets, {os.cpu_count()} cores")
    file_seconds = statistics.mean(
        _time_file_run(snippet) for snippet in _sample_snippets(snippets)
    )
    exec_seconds = statistics.mean(_time_exec(snippet) for snippet in snippets)
    forked_seconds, start_seconds = _time_forked_runs(snippets)
    rows = [
        ("`python FILE`, a snippet", file_seconds, None),
        ("plain exec, torch loaded, a snippet", exec_seconds, None),
        ("proven (run twice, in fresh processes), a snippet", forked_seconds, None),
        ("  … over plain exec", forked_seconds - exec_seconds, 0.15),
        ("starting both servers, once", start_seconds, None),
        ("all snippets, nothing cached", _time_all_snippets(project), 45.0),
        *_time_labs(project),
        *_time_site_builds(root, project),
    ]
    is_broken = False
    for name, seconds, bound in rows:
        verdict = "" if bound is None else f"  (bound {bound:g} s)"
        if bound is not None and seconds > bound:
            verdict, is_broken = verdict + "  BROKEN", True
        print(f"{seconds:8.3f} s  {name}{verdict}")
    peak_kibibytes = max(
        resource.getrusage(process_kind).ru_maxrss
        for process_kind in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    print(
        f"{peak_kibibytes / 2**20:8.2f} GiB  largest single process (torch and matplotlib loaded)"
    )
    return int(is_broken)


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
    """Time the code alone, in this process, with its modules loaded."""
    import matplotlib  # noqa: PLC0415

    matplotlib.use("Agg")
    code = compile(snippet.source, snippet.path, "exec")

    def execute_code() -> None:
        stdout = io.StringIO()
        with contextlib.redirect_stdout(stdout), contextlib.suppress(Exception):
            exec(code, {"__name__": "__main__"})

    cores = os.sched_getaffinity(0)
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):  # some write files
        execute_code()  # loads what it imports
        seconds = _time_call(execute_code)
    os.sched_setaffinity(0, cores)  # a program may have given some away
    return seconds


def _time_forked_runs(snippets: list[Snippet]) -> tuple[float, float]:
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
    """Time everything that runs here, files that start processes too, and the servers' start."""

    def run_all_snippets() -> None:
        with Runner() as runner:
            for snippet, result in runner.run_snippets(project.snippets.values()):
                assert isinstance(result, Run | Skipped), f"{snippet.path}: {result}"

    return _time_call(run_all_snippets)


def _time_labs(project: Project) -> list[tuple[str, float, float | None]]:
    with tempfile.TemporaryDirectory(prefix="asrun-bench-") as folder:
        cold_seconds = _time_call(lambda: run_labs(Path(folder), project.labs))
        warm_seconds = _time_call(lambda: run_labs(Path(folder), project.labs))
    return [
        ("all labs, nothing cached", cold_seconds, 60.0),
        ("all labs, cached", warm_seconds, 1.0),
    ]


def _time_site_builds(root: Path, project: Project) -> list[tuple[str, float, float | None]]:
    """Time `make site` on a copy: cold, with nothing changed, with one snippet changed."""
    with tempfile.TemporaryDirectory(prefix="asrun-bench-") as folder:
        copy = Path(folder)
        ignore_verification_record = shutil.ignore_patterns(
            "verified.json"
        )  # it would refuse the changed one
        for name in ("docs", "snippets"):
            shutil.copytree(root / name, copy / name, ignore=ignore_verification_record)
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
        ("`make site`, nothing cached", cold_seconds, None),
        ("`make site`, nothing changed", unchanged_seconds, 4.0),
        ("`make site`, one snippet changed", edited_seconds, None),
    ]

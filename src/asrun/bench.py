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

from asrun.judge import NotRun, Run
from asrun.project import Project, load
from asrun.runner import Runner
from asrun.site import run_labs
from asrun.snippet import Snippet

SAMPLE = 10  # programs timed as `python FILE`: slow, and all alike


def bench(root: Path) -> int:
    """Print the measurements beside their bounds; return 1 if a bound is broken."""
    project = load(root)
    snippets = [s for s in project.snippets.values() if not s.needs and not s.as_file]
    print(f"{len(snippets)} snippets, {os.cpu_count()} cores")
    plain = statistics.mean(_as_file(snippet) for snippet in _spread(snippets))
    inside = statistics.mean(_inside(snippet) for snippet in snippets)
    forked, started = _forked(snippets)
    rows = [
        ("`python FILE`, a snippet", plain, None),
        ("plain exec, torch loaded, a snippet", inside, None),
        ("proven (run twice, in fresh processes), a snippet", forked, None),
        ("  … over plain exec", forked - inside, 0.15),
        ("starting both servers, once", started, None),
        ("all snippets, nothing cached", _all(project), 45.0),
        *_labs(project),
        *_sites(root, project),
    ]
    broken = False
    for name, seconds, bound in rows:
        verdict = "" if bound is None else f"  (bound {bound:g} s)"
        if bound is not None and seconds > bound:
            verdict, broken = verdict + "  BROKEN", True
        print(f"{seconds:8.3f} s  {name}{verdict}")
    peak = max(
        resource.getrusage(who).ru_maxrss
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    print(f"{peak / 2**20:8.2f} GiB  largest single process (torch and matplotlib loaded)")
    return int(broken)


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _spread(snippets: list[Snippet]) -> list[Snippet]:
    return snippets[:: max(1, len(snippets) // SAMPLE)][:SAMPLE]


def _as_file(snippet: Snippet) -> float:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "program.py"
        file.write_text(snippet.source, encoding="utf-8")
        environment = os.environ | {"MPLBACKEND": "Agg", "OMP_NUM_THREADS": "1"}
        return _timed(
            lambda: subprocess.run(
                [sys.executable, str(file)],
                cwd=folder,
                env=environment,
                capture_output=True,
                check=False,
            )
        )


def _inside(snippet: Snippet) -> float:
    """Time the code alone, in this process, with its modules loaded."""
    import matplotlib  # noqa: PLC0415

    matplotlib.use("Agg")
    code = compile(snippet.source, snippet.path, "exec")

    def run() -> None:
        quiet = io.StringIO()
        with contextlib.redirect_stdout(quiet), contextlib.suppress(Exception):
            exec(code, {"__name__": "__main__"})

    cores = os.sched_getaffinity(0)
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):  # some write files
        run()  # loads what it imports
        took = _timed(run)
    os.sched_setaffinity(0, cores)  # a program may have given some away
    return took


def _forked(snippets: list[Snippet]) -> tuple[float, float]:
    with Runner() as runner:
        runner.start(snippets)
        started = _timed(lambda: runner.run(snippets[0]))
        results: list[object] = []
        took = _timed(lambda: results.extend(result for _, result in runner.run_all(snippets)))
    assert all(isinstance(result, Run) for result in results), "a snippet failed: make test"
    return took / len(snippets), started


def _all(project: Project) -> float:
    """Time everything that runs here, files that start processes too, and the servers' start."""

    def work() -> None:
        with Runner() as runner:
            for snippet, result in runner.run_all(project.snippets.values()):
                assert isinstance(result, Run | NotRun), f"{snippet.path}: {result}"

    return _timed(work)


def _labs(project: Project) -> list[tuple[str, float, float | None]]:
    with tempfile.TemporaryDirectory(prefix="asrun-bench-") as folder:
        cold = _timed(lambda: run_labs(Path(folder), project.labs))
        warm = _timed(lambda: run_labs(Path(folder), project.labs))
    return [("all labs, nothing cached", cold, 60.0), ("all labs, cached", warm, 1.0)]


def _sites(root: Path, project: Project) -> list[tuple[str, float, float | None]]:
    """Time `make site` on a copy: cold, with nothing changed, with one snippet changed."""
    with tempfile.TemporaryDirectory(prefix="asrun-bench-") as folder:
        copy = Path(folder)
        no_proofs = shutil.ignore_patterns("verified.json")  # it would refuse the changed one
        for name in ("docs", "snippets"):
            shutil.copytree(root / name, copy / name, ignore=no_proofs)
        for name in ("mkdocs.yml", "mkdocs.en.yml"):
            shutil.copy(root / name, copy / name)

        def site() -> None:
            command = [sys.executable, "-m", "asrun.cli", "--root", folder, "site"]
            subprocess.run(command, check=True, capture_output=True)

        cold, same = _timed(site), _timed(site)
        changed = next(s for s in project.snippets.values() if s.raises is None)
        with (copy / changed.path).open("a", encoding="utf-8") as file:
            file.write("# (1, 1)\n")
        one = _timed(site)
    return [
        ("`make site`, nothing cached", cold, None),
        ("`make site`, nothing changed", same, 4.0),
        ("`make site`, one snippet changed", one, None),
    ]

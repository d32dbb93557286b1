"""The pytest plugin: what it runs, says and records, in one process and with pytest-xdist."""

from __future__ import annotations

import gc
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from asrun.execution.runner import ServerProcess

OPTIONS = ("-q", "-p", "no:cacheprovider")


class Outcome:
    """How a run of pytest ended, and what it printed."""

    def __init__(self, status: int, output: str) -> None:
        self.status = status
        self.output = output
        self.counts = output.splitlines()[-1].partition(" in ")[0].strip(" =")


@pytest.fixture
def run_pytest(files, monkeypatch, capsys):
    """Return a function that runs pytest on the project's snippets, inside this process."""
    files.write("pytest.ini", "[pytest]\n")
    monkeypatch.chdir(files.root)

    def run(*options: str) -> Outcome:
        capsys.readouterr()
        status = pytest.main([*OPTIONS, "-c", "pytest.ini", *options, "snippets"])
        return Outcome(status, capsys.readouterr().out)

    return run


def spread_pytest(files, *options: str) -> Outcome:
    """Run pytest in a process of its own, with what pytest-xdist starts."""
    files.write("pytest.ini", "[pytest]\n")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *OPTIONS, *options, "snippets"],
        cwd=files.root,
        capture_output=True,
        text=True,
        check=False,
    )
    return Outcome(done.returncode, done.stdout)


def test_each_snippet_is_an_item_and_failures_are_one_line(files, run_pytest):
    files.snippet("a/two.py", "print(2)\n", "3\n")
    files.snippet("a/three.py", "1 / 0\n", "")
    files.snippet("a/four.py", "print(4)\n", "4\n", header="# flies: away\n")
    files.snippet("a/five.py", "print(5)\n", header="# needs: network\n")
    outcome = run_pytest()
    assert outcome.status == pytest.ExitCode.TESTS_FAILED
    assert outcome.counts == "3 failed, 1 passed, 1 skipped"
    lines = outcome.output.splitlines()
    for message in (
        "snippets/a/two.out:1: the record says `3`, the program prints `2`. ",
        "snippets/a/three.py:3: raises `ZeroDivisionError: division by zero`. ",
        "snippets/a/four.py:1: unknown directive `# flies:`. ",
    ):
        assert any(line.startswith(message) for line in lines), outcome.output


def test_one_snippet_can_be_chosen_by_its_file(files, run_pytest):
    files.snippet("a/two.py", "1 / 0\n", "")
    assert run_pytest("--deselect", "snippets/a/two.py").counts == "1 passed, 1 deselected"


def test_where_a_gpu_is_promised_a_snippet_that_needs_one_is_not_skipped(
    files, run_pytest, monkeypatch
):
    """Without a GPU here; on the runner that has one, the snippet runs."""
    files.snippet("a/two.py", "import no_such_module\n", "2\n", header="# needs: cuda\n")
    monkeypatch.delenv("ASRUN_CUDA", raising=False)
    assert run_pytest().counts == "1 passed, 1 skipped"
    monkeypatch.setenv("ASRUN_CUDA", "1")
    outcome = run_pytest()
    assert outcome.counts == "1 failed, 1 passed"
    assert "a GPU is promised (ASRUN_CUDA=1), and torch finds none" in outcome.output


# --- how often each program runs ----------------------------------------------------------------

# Counts, in each worker of pytest-xdist, the programs that a server is given.
COUNTING_CONFTEST = """
import os
from asrun.execution import runner
submit = runner.ServerProcess.submit_job
def submit_and_count(self, job):
    with open(os.path.join(os.path.dirname(__file__), "submitted"), "a") as log:
        log.write(job["path"] + "\\n")
    return submit(self, job)
runner.ServerProcess.submit_job = submit_and_count
"""


@pytest.fixture
def six(files):
    """A project of six snippets."""
    for name in ("two", "three", "four", "five", "six"):
        files.snippet(f"a/{name}.py", f"print({name!r})\n", f"{name}\n")
    return files


@pytest.fixture
def submitted(monkeypatch) -> Counter[str]:
    """Count how often each program is given to a server in this process."""
    counter = Counter[str]()
    submit_job = ServerProcess.submit_job

    def submit_and_count(process, job):
        counter[job["path"]] += 1
        return submit_job(process, job)

    monkeypatch.setattr(ServerProcess, "submit_job", submit_and_count)
    return counter


def read_submitted(files) -> Counter[str]:
    """Return how often each program was given to a server of a worker, and forget it."""
    log = files.root / "submitted"
    lines = log.read_text().splitlines() if log.exists() else []
    log.unlink(missing_ok=True)
    return Counter(lines)


def each_twice(files) -> Counter[str]:
    paths = (file.relative_to(files.root) for file in (files.root / "snippets").rglob("*.py"))
    return Counter({path.as_posix(): 2 for path in paths})


def test_each_snippet_is_proven_once_and_then_comes_from_the_cache(six, run_pytest, submitted):
    assert run_pytest().counts == "6 passed"
    assert submitted == each_twice(six)
    submitted.clear()
    assert run_pytest().counts == "6 passed"
    assert submitted == Counter()


def test_of_several_groups_each_runs_its_own_and_together_they_run_all(six, run_pytest, submitted):
    for group in ("1", "2", "3"):
        assert run_pytest("--splits=3", "--group", group).counts == "2 passed, 4 deselected"
    assert submitted == each_twice(six)


def test_work_stealing_proves_each_snippet_once(six):
    six.write("conftest.py", COUNTING_CONFTEST)
    assert spread_pytest(six, "-n2", "--dist=worksteal").counts == "6 passed"
    assert read_submitted(six) == each_twice(six)


# --- what is recorded ---------------------------------------------------------------------------

STORE_DURATIONS = ("--store-durations", "--durations-path=took.json")


@pytest.fixture
def slow(six):
    """Six snippets, and one that takes a second each time it runs."""
    six.snippet("a/zero.py", "import time\ntime.sleep(1)\nprint(0)\n", "0\n")
    return six


def check_durations(file: Path) -> None:
    """The slow snippet took both its runs, whether they were made now or cached."""
    durations = json.loads(file.read_text(encoding="utf-8"))
    assert len(durations) == 7
    slowest = durations.pop("snippets/a/zero.py::as recorded")
    assert slowest > 2  # both runs
    assert max(durations.values()) < slowest
    file.unlink()


def test_what_is_recorded_is_what_a_snippet_took_itself_cached_or_not(slow, run_pytest):
    for _ in ("now", "from the cache"):
        run_pytest(*STORE_DURATIONS)
        check_durations(slow.root / "took.json")


def test_two_workers_prove_each_snippet_once_and_record_what_it_took(slow):
    slow.write("conftest.py", COUNTING_CONFTEST)
    for expected in (each_twice(slow), Counter()):  # now, and from the cache
        assert spread_pytest(slow, "-n2", *STORE_DURATIONS).counts == "7 passed"
        assert read_submitted(slow) == expected
        check_durations(slow.root / "took.json")


def test_what_a_test_measured_stands_in_the_summary(files, run_pytest):
    files.write(
        "snippets/test_it.py",
        'def test_it(record_property):\n    record_property("measurement", "caught 2 of 2")\n',
    )
    outcome = run_pytest("--deselect", "snippets/a/one.py", "-k", "test_it")
    assert "\ncaught 2 of 2\n" in outcome.output


def test_what_was_collected_is_out_of_the_garbage_collectors_way():
    """This very session loads the plugin."""
    assert gc.isenabled()
    assert gc.get_freeze_count() > 0

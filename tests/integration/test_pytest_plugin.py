from __future__ import annotations

import gc
import json
import subprocess
import sys
from collections import Counter

import pytest


def run_pytest(files, *options: str) -> subprocess.CompletedProcess[str]:
    files.write("pytest.ini", "[pytest]\n")
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options, "snippets"],
        cwd=files.root,
        capture_output=True,
        text=True,
        check=False,
    )


def test_each_snippet_is_an_item_and_failures_are_one_line(files):
    files.snippet("a/two.py", "print(2)\n", "3\n")
    files.snippet("a/three.py", "1 / 0\n", "")
    files.snippet("a/four.py", "print(4)\n", "4\n", header="# flies: away\n")
    files.snippet("a/five.py", "print(5)\n", header="# needs: network\n")
    done = run_pytest(files)
    assert "3 failed, 1 passed, 1 skipped" in done.stdout
    lines = done.stdout.splitlines()
    for message in (
        "snippets/a/two.out:1: the record says `3`, the program prints `2`. ",
        "snippets/a/three.py:3: raises `ZeroDivisionError: division by zero`. ",
        "snippets/a/four.py:1: unknown directive `# flies:`. ",
    ):
        assert any(line.startswith(message) for line in lines), done.stdout


def test_one_snippet_can_be_chosen_by_its_file(files):
    files.snippet("a/two.py", "1 / 0\n", "")
    done = run_pytest(files, "--deselect", "snippets/a/two.py")
    assert "1 passed, 1 deselected" in done.stdout


def test_where_a_gpu_is_promised_a_snippet_that_needs_one_is_not_skipped(files, monkeypatch):
    """Without a GPU here; on the runner that has one, the snippet runs."""
    files.snippet("a/two.py", "import no_such_module\n", "2\n", header="# needs: cuda\n")
    assert "1 passed, 1 skipped" in run_pytest(files).stdout
    monkeypatch.setenv("ASRUN_CUDA", "1")
    done = run_pytest(files)
    assert "1 failed, 1 passed" in done.stdout
    assert "a GPU is promised (ASRUN_CUDA=1), and torch finds none" in done.stdout


COUNTING = """
import json, os
from asrun.execution import runner
submit = runner._Server.submit_job
def counted(self, job):
    with open(os.path.join(os.path.dirname(__file__), "submitted"), "a") as log:
        log.write(job["path"] + "\\n")
    return submit(self, job)
runner._Server.submit_job = counted
"""


@pytest.fixture
def six(files):
    """A project of six snippets that notes each program that a server is given."""
    for name in ("two", "three", "four", "five", "six"):
        files.snippet(f"a/{name}.py", f"print({name!r})\n", f"{name}\n")
    files.write("conftest.py", COUNTING)
    return files


def submitted(files) -> Counter[str]:
    """Return how often each program was given to a server, and forget it."""
    log = files.root / "submitted"
    lines = log.read_text().splitlines() if log.exists() else []
    log.unlink(missing_ok=True)
    return Counter(lines)


def all_twice(files) -> Counter[str]:
    paths = (file.relative_to(files.root) for file in (files.root / "snippets").rglob("*.py"))
    return Counter({path.as_posix(): 2 for path in paths})


@pytest.mark.parametrize("options", [(), ("-n2",), ("-n2", "--dist=worksteal")])
def test_each_snippet_is_proven_once_however_the_items_are_spread(six, options):
    assert "6 passed" in run_pytest(six, *options).stdout
    assert submitted(six) == all_twice(six)
    assert "6 passed" in run_pytest(six, *options).stdout
    assert submitted(six) == Counter()  # all from the cache


def test_of_several_groups_each_runs_its_own_and_together_they_run_all(six):
    shards = []
    for group in ("1", "2", "3"):
        assert "2 passed, 4 deselected" in run_pytest(six, "--splits=3", "--group", group).stdout
        shards.append(submitted(six))
    assert sum(shards, Counter()) == all_twice(six)


@pytest.mark.parametrize("options", [(), ("-n2",)])
def test_what_is_recorded_is_what_a_snippet_took_itself_cached_or_not(six, options):
    six.snippet("a/zero.py", "import time\ntime.sleep(1)\nprint(0)\n", "0\n")
    for _ in ("now", "from the cache"):
        run_pytest(six, *options, "--store-durations", "--durations-path=took.json")
        took = json.loads(six.read("took.json"))
        assert len(took) == 7
        slow = took.pop("snippets/a/zero.py::as recorded")
        assert slow > 2  # both runs
        assert max(took.values()) < 2
        (six.root / "took.json").unlink()


def test_what_a_test_measured_stands_in_the_summary(files):
    files.write(
        "snippets/test_it.py",
        'def test_it(record_property):\n    record_property("figure", "caught 2 of 2")\n',
    )
    done = run_pytest(files, "--deselect", "snippets/a/one.py", "-k", "test_it")
    assert "\ncaught 2 of 2\n" in done.stdout


def test_what_was_collected_is_out_of_the_garbage_collectors_way():
    """This very session loads the plugin."""
    assert gc.isenabled()
    assert gc.get_freeze_count() > 0

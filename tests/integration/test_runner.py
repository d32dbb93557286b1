"""Each way in which a program can do something else than it declares, tried for real."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path

import pytest

from asrun.base.errors import RunError
from asrun.execution import runner as runner_module
from asrun.execution.result import Run, Skipped
from asrun.execution.runner import Runner
from support.waiting import wait_for


@pytest.fixture
def mark() -> str:
    """Return seconds to sleep that no other process sleeps, so that it can be found by them."""
    return f"98.{os.getpid()}{time.monotonic_ns() % 10**6:06}"


def find_processes(mark: str) -> list[str]:
    """Return the command lines of `sleep` with a mark."""
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = file.read_bytes().decode(errors="replace").split("\0")
        except OSError:
            continue
        if words[:2] == ["sleep", mark]:
            found.append(" ".join(words))
    return found


def are_gone(mark: str) -> bool:
    """Wait for the processes with a mark to end; return whether they did."""
    return wait_for(lambda: not find_processes(mark))


# --- what a good run gives ----------------------------------------------------------------------


def test_the_output_is_what_it_prints(runner, snippet):
    result = runner.run_snippet(snippet("print('a')\nprint(1 + 1)\n"))
    assert isinstance(result, Run)
    assert result.output == "a\n2\n"


def test_what_a_child_process_prints_counts_too(runner, snippet):
    result = runner.run_snippet(snippet("import os\nos.write(1, b'low level\\n')\n"))
    assert result.output == "low level\n"


def test_it_runs_as_main_in_an_empty_folder(runner, snippet):
    code = "import os\nprint(__name__, os.listdir('.'))\n"
    assert runner.run_snippet(snippet(code)).output == "__main__ []\n"


def test_it_leads_a_session_of_its_own(runner, snippet):
    code = "import os\nprint(os.getsid(0) == os.getpid())\n"
    assert runner.run_snippet(snippet(code)).output == "True\n"


def test_the_two_runs_differ_in_hash_seed_whatever_is_set_outside(snippet, monkeypatch):
    monkeypatch.setenv("PYTHONHASHSEED", "0")
    with Runner() as own:
        result = own.run_snippet(snippet("print({'a', 'b', 'c', 'd', 'e'})\n"))
    assert "something else on a second run" in str(result)


def test_nothing_stays_from_one_run_to_the_next(runner, snippet):
    code = "import sys\nprint(hasattr(sys, 'left'))\nsys.left = 1\nopen('f', 'w').close()\n"
    assert runner.run_snippet(snippet(code)).output == "False\n"
    assert runner.run_snippet(snippet(code)).output == "False\n"


def test_classes_defined_in_it_can_be_pickled(runner, snippet):
    code = "import pickle\nclass A:\n    x = 1\nprint(pickle.loads(pickle.dumps(A())).x)\n"
    assert runner.run_snippet(snippet(code)).output == "1\n"


def test_its_threads_and_exit_handlers_finish(runner, snippet):
    code = (
        "import atexit, threading, time\natexit.register(print, 'exit')\n"
        "threading.Thread(target=lambda: (time.sleep(0.1), print('thread'))).start()\n"
    )
    assert runner.run_snippet(snippet(code)).output == "thread\nexit\n"


def test_a_declared_exception_is_the_end_of_the_output(runner, snippet):
    result = runner.run_snippet(snippet("print(1)\n1 / 0\n", "# raises: ZeroDivisionError\n"))
    assert result.output == "1\nZeroDivisionError: division by zero\n"


def test_a_machine_without_what_it_needs_does_not_run_it(runner, snippet, monkeypatch):
    monkeypatch.delenv("ASRUN_NETWORK", raising=False)
    assert runner.run_snippet(snippet("print(1)\n", "# needs: network\n")) == Skipped("network")


def test_many_run_side_by_side_and_progress_is_told(runner, snippet):
    snippets = [snippet(f"print({n})\n", name=f"a/{n}.py") for n in range(5)]
    told = []
    results = {
        s.name: r.output
        for s, r in runner.run_snippets(snippets, lambda done, total, s: told.append((done, total)))
    }
    assert results == {f"a/{n}.py": f"{n}\n" for n in range(5)}
    assert told == [(n, 5) for n in range(6)]


# --- what is refused ----------------------------------------------------------------------------

REFUSED = {
    "raises": ("x = 1\n1 / 0\n", "", 4, "raises `ZeroDivisionError: division by zero`"),
    "warns": ("import warnings\nwarnings.warn('old')\n", "", 4, "warns: `UserWarning: old`"),
    "deprecated": (
        "import warnings\nwarnings.warn('old', DeprecationWarning)\n",
        "",
        4,
        "warns: `DeprecationWarning: old`",
    ),
    "exits": ("import os\nos._exit(3)\n", "", 1, "with exit code 3"),
    "exits quietly": ("print(1)\nimport os\nos._exit(0)\n", "", 1, "exit code 0, past its last"),
    "calls sys.exit": ("import sys\nprint(1)\nsys.exit()\n", "", 5, "raises `SystemExit`"),
    "segfaults": (
        "import ctypes\nctypes.string_at(0)\n",
        "",
        1,
        "crashed the interpreter (signal 11)",
    ),
    "fills memory": ("x = []\nwhile True:\n    x.append(bytearray(2**24))\n", "", 5, "MemoryError"),
    "prints without end": ("while True:\n    print('x' * 1000)\n", "", 4, "File too large"),
    "prints nothing": ("x = 1\n", "", 1, "prints nothing and draws nothing"),
    "no last newline": ("print(1, end='')\n", "", 1, "does not end with a newline"),
    "stderr": ("import sys\nprint(1)\nprint('hm', file=sys.stderr)\n", "", 1, "to stderr: `hm`"),
    "forgets to close": ("print(1)\nf = open('f', 'w')\n", "", 1, "ResourceWarning"),
    "another exception": (
        "1 / 0\n",
        "# raises: ValueError\n",
        4,
        "ends in `ZeroDivisionError: division by zero`, not in ValueError",
    ),
    "a subclass is another": (
        "1 / 0\n",
        "# raises: ArithmeticError\n",
        4,
        "not in ArithmeticError",
    ),
    "no exception": ("print(1)\n", "# raises: ValueError\n", 1, "ends without an exception"),
    "chance": ("import random\nprint(random.random())\n", "", 1, "something else on a second run"),
    "hash order": ("print({'a', 'b', 'c', 'd', 'e'})\n", "", 1, "line 1 is"),
    "draws a stranger": ("x = 1\nprint(x)\n", "# draw: x -> y\n", 1, "asks for `x`"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_it_is_refused_with_its_line(runner, snippet, case: str):
    code, header, line, says = REFUSED[case]
    result = runner.run_snippet(snippet(code, header))
    assert isinstance(result, RunError)
    assert str(result).startswith(f"snippets/a/one.py:{line}: "), result
    assert says in str(result)


@pytest.fixture(scope="module")
def impatient():
    with Runner(seconds=2) as runner:
        runner.start_servers([])
        yield runner


def test_a_program_that_hangs_is_refused(impatient, snippet):
    result = impatient.run_snippet(snippet("while True:\n    pass\n"))
    assert isinstance(result, RunError)
    assert str(result).startswith("snippets/a/one.py:1: still running after 2 s"), result


def test_one_bad_snippet_does_not_hide_the_next(runner, snippet):
    bad = snippet("import os\nos._exit(1)\n", name="a/bad.py")
    good = snippet("print(1)\n", name="a/good.py")
    results = {s.name: r for s, r in runner.run_snippets([bad, good, bad])}
    assert isinstance(results["a/bad.py"], RunError)
    assert results["a/good.py"].output == "1\n"


# --- nothing is left behind ---------------------------------------------------------------------


def test_the_whole_tree_of_a_hanging_program_is_ended(impatient, snippet, mark):
    code = f"import subprocess\nsubprocess.run(['sleep', '{mark}'])\n"
    assert "still running" in str(impatient.run_snippet(snippet(code)))
    assert are_gone(mark)


def test_a_child_left_behind_is_ended(runner, snippet, mark):
    code = f"import subprocess\nsubprocess.Popen(['sleep', '{mark}'])\nprint(1)\n"
    runner.run_snippet(snippet(code))
    assert are_gone(mark)


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="adopting orphans needs Linux")
def test_a_daemon_that_left_the_session_is_ended(runner, snippet, mark):
    code = (
        "import subprocess\n"
        f"subprocess.Popen(['sleep', '{mark}'], start_new_session=True)\nprint(1)\n"
    )
    runner.run_snippet(snippet(code))
    assert are_gone(mark)


def test_closing_the_runner_ends_what_still_runs(snippet, mark):
    with Runner(seconds=60) as short:
        short.start_servers([])
        program = snippet(f"import subprocess\nsubprocess.run(['sleep', '{mark}'])\n")
        short.run_snippets([program])
        assert wait_for(lambda: find_processes(mark))
    assert are_gone(mark)


def test_programs_start_before_the_first_result_is_asked_for(snippet):
    with Runner() as own:
        results = own.run_snippets([snippet("print(1)\n")])
        assert own._servers
        assert [result.output for _, result in results] == ["1\n"]


def test_no_folder_is_left_behind(snippet, tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with Runner() as own:
        code = f"import os\nprint(os.getcwd().startswith({str(tmp_path)!r}))\n"
        assert own.run_snippet(snippet(code)).output == "True\n"
        assert list(tmp_path.iterdir()) == []


# --- servers ------------------------------------------------------------------------------------


def test_nothing_starts_without_programs():
    with Runner() as own:
        assert list(own.run_snippets([])) == []
        assert own._servers == []


def test_servers_stay_while_they_have_loaded_what_programs_import(snippet):
    with Runner() as own:
        own.run_snippet(snippet("print(1)\n"))
        servers = own._servers
        own.run_snippet(snippet("import json\nprint(json.dumps(1))\n"))
        assert own._servers is servers


def test_a_drawing_program_has_its_figures_after_one_that_drew_none(snippet):
    plot = "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()\n"
    with Runner() as own:
        own.run_snippet(snippet("print(1)\n"))
        result = own.run_snippet(snippet(plot, "# figure.zh: 图\n# figure.en: Picture\n"))
        assert isinstance(result, Run), result
        assert len(result.plots) == 1
        servers = own._servers
        own.run_snippet(snippet("import numpy\nimport matplotlib.pyplot\nprint(1)\n"))
        own.run_snippet(snippet("print(2)\n"))
        assert own._preloaded == {"matplotlib", "matplotlib.pyplot", "numpy"}
        assert own._servers is not servers


def test_servers_are_replaced_when_something_was_installed(snippet, monkeypatch):
    with Runner() as own:
        own.run_snippet(snippet("print(1)\n"))
        servers = own._servers
        monkeypatch.setattr(runner_module, "read_install_stamp", lambda: (("site-packages", 1),))
        assert own.run_snippet(snippet("print(2)\n")).output == "2\n"
        assert own._servers is not servers


def test_a_program_whose_server_is_killed_is_told_and_the_next_one_runs(snippet):
    with Runner() as own:
        own.start_servers([])
        results = own.run_snippets([snippet("import time\ntime.sleep(30)\n")])
        own._servers[0]._process.kill()
        own._servers[1]._process.kill()
        assert "the worker that ran it ended" in str(next(results)[1])
        assert own.run_snippet(snippet("print(2)\n")).output == "2\n"


# --- as a file ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def plain():
    with Runner(plain=True, seconds=60) as started:
        started.start_servers([])
        yield started


def test_plain_mode_runs_python_file(plain, snippet):
    code = "import sys\nprint(__file__.endswith('one.py'), len(sys.argv))\n"
    assert plain.run_snippet(snippet(code)).output == "True 1\n"


def test_plain_mode_reads_the_exception_from_the_traceback(plain, snippet):
    result = plain.run_snippet(snippet("print(1)\n1 / 0\n", "# raises: ZeroDivisionError\n"))
    assert result.output == "1\nZeroDivisionError: division by zero\n"


@pytest.mark.parametrize("case", ["raises", "warns", "exits", "stderr", "another exception"])
def test_plain_mode_refuses_the_same(plain, snippet, case: str):
    code, header, line, says = REFUSED[case]
    result = plain.run_snippet(snippet(code, header))
    assert str(result).startswith(f"snippets/a/one.py:{line}: "), result
    assert says in str(result)


def test_a_program_that_starts_processes_runs_as_a_file(runner, snippet):
    code = (
        "import multiprocessing as mp\n"
        "def square(x):\n    return x * x\n"
        "if __name__ == '__main__':\n"
        "    with mp.get_context('spawn').Pool(2) as pool:\n"
        "        print(pool.map(square, [1, 2, 3]))\n"
    )
    assert runner.run_snippet(snippet(code, "# runs: file\n")).output == "[1, 4, 9]\n"


def test_messages_are_one_line(runner, snippet):
    result = runner.run_snippet(snippet("raise ValueError('a\\nb')\n"))
    assert not re.search(r"\n", str(result))

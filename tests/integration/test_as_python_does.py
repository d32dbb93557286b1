"""A program runs as under ``python FILE`` in a terminal, in the fast way and in the plain one."""

from __future__ import annotations

import pytest

from asrun.base.errors import RunError
from asrun.execution.runner import Runner


@pytest.fixture(scope="module", params=["fast", "plain"])
def runner(request):
    with Runner(plain=request.param == "plain", seconds=20) as started:
        yield started


SAME: dict[str, tuple[str, str, str]] = {
    "annotations are values": (
        "",
        "def f(x: int): ...\nprint(f.__annotations__['x'])\n",
        "<class 'int'>\n",
    ),
    "its file is there": (
        "",
        "import inspect, linecache, sys\nfrom pathlib import Path\n"
        "def f(): ...\n"
        "print(Path(__file__).read_text().count('inspect'), sys.argv == [__file__],\n"
        "    sys.path[0] == str(Path(__file__).parent), linecache.getline(__file__, 5).strip(),\n"
        "    inspect.getsource(f).strip())\n",
        "3 True True def f(): ... def f(): ...\n",
    ),
    "a handler at the end uses globals": (
        "",
        "import atexit\ncount = 3\ndef bye(): print('bye', count)\natexit.register(bye)\n"
        "atexit.register(print, 'first')\nprint('running')\n",
        "running\nfirst\nbye 3\n",
    ),
    "threads, handlers, destructors in the interpreter's order": (
        "",
        "import atexit, threading, time\n"
        "class Last:\n    def __del__(self): print('deleted', __name__)\n"
        "last = Last()\ndef use(): return last\n"
        "atexit.register(print, 'handler')\n"
        "threading.Thread(target=lambda: (time.sleep(0.1), print('thread'))).start()\n"
        "print('running')\n",
        "running\nthread\nhandler\ndeleted __main__\n",
    ),
    "every way out is one stream": (
        "",
        "import os, subprocess, sys\nprint('one')\nsys.__stdout__.write('two\\n')\n"
        "os.write(1, b'three\\n')\nprint('four')\nsubprocess.run(['echo', 'five'])\n"
        "print('six')\n"
        "import ctypes\nctypes.CDLL(None).puts(b'seven')\nprint('eight')\n"
        "ctypes.CDLL(None).printf(b'nine')\n"
        "import atexit\natexit.register(print)\n"
        "ctypes.CDLL(None).fflush(None)\n",
        "one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\n",
    ),
    "a terminal of the usual size": (
        "",
        "import os, sys\nprint(sys.stdout.isatty(), *os.get_terminal_size(1), sys.stdout.name)\n",
        "True 80 24 <stdout>\n",
    ),
    "the file of standard output can be opened": (
        "",
        "with open('/dev/stdout', 'w') as out:\n    out.write('x\\n')\n",
        "x\n",
    ),
    "a note": (
        "# raises: ValueError\n",
        "error = ValueError('a')\nerror.add_note('b\\nc')\nraise error\n",
        "ValueError: a\nb\nc\n",
    ),
    "a message of two lines": (
        "# raises: ValueError\n",
        "raise ValueError('a\\nb')\n",
        "ValueError: a\nb\n",
    ),
    "a syntax error": (
        "# raises: SyntaxError\n",
        "eval('1 1')\n",
        '  File "<string>", line 1\n    1 1\n      ^\nSyntaxError: invalid syntax\n',
    ),
    "a group": (
        "# raises: ExceptionGroup\n",
        "raise ExceptionGroup('two', [ValueError(1), TypeError(2)])\n",
        "ExceptionGroup: two (2 sub-exceptions)\n",
    ),
    "a chain": (
        "# raises: KeyError\n",
        "try:\n    1 / 0\nexcept ZeroDivisionError:\n    raise KeyError('a')\n",
        "KeyError: 'a'\n",
    ),
    "an interrupt": ("# raises: KeyboardInterrupt\n", "raise KeyboardInterrupt\n", ""),
    "a suggestion": (
        "# raises: NameError\n",
        "value_10 = 1\nprint(value_1)\n",
        "NameError: name 'value_1' is not defined. Did you mean: 'value_10'?\n",
    ),
    "text that UTF-8 cannot hold": (
        "# raises: ValueError\n",
        "raise ValueError('\\ud800')\n",
        "ValueError: \\ud800\n",
    ),
    "an exception before the handlers": (
        "# raises: ValueError\n",
        "import atexit\natexit.register(print, 'handler')\nprint('a')\nraise ValueError('b')\n",
        "a\nValueError: b\nhandler\n",
    ),
    "exit with a number": (
        "# raises: SystemExit\n",
        "import sys\nprint('a')\nsys.exit(3)\n",
        "a\n",
    ),
    "exit with nothing": ("# raises: SystemExit\n", "print('a')\nraise SystemExit\n", "a\n"),
    "exit with a text, before the handlers": (
        "# raises: SystemExit\n",
        "import atexit, sys\natexit.register(print, 'handler')\nsys.exit('text')\n",
        "text\nhandler\n",
    ),
    "figures however imported": (
        "# figure.zh: 图\n# figure.en: Figure\n",
        "from matplotlib import pyplot as plt\nplt.plot([1, 2])\nprint(1)\nplt.show()\n",
        "1\n",
    ),
    "an environment of its own": (
        "",
        "import os, time, getpass\n"
        "print(os.environ['TZ'], time.tzname[0], getpass.getuser(), os.environ.get('MY_OWN'))\n",
        "UTC UTC user None\n",
    ),
    "an address and a path that it masks": (
        "# masks: address, path\n",
        "def f(): ...\nprint(f, 1)\nprint(__file__)\n",
        "<function f at …> 1\n…\n",
    ),
    "a process id that it masks": (
        "# masks: pid\n",
        "import os\nprint('pid', os.getpid(), 12)\n",
        "pid … 12\n",
    ),
    "control characters that are its point": (
        "# masks: control\n",
        "print('a\\x1b[1mb\\r')\n",
        "a\\x1b[1mb\\r\n",
    ),
    "a number, a date and a path of its own": (
        "",
        "print(hex(255), 0xFFFF, '/usr/bin/env', '/tmp/x', '2020-01-02')\n",
        "0xff 65535 /usr/bin/env /tmp/x 2020-01-02\n",
    ),
}


@pytest.mark.parametrize("case", SAME)
def test_a_program_prints_what_a_reader_sees(runner, snippet, monkeypatch, case: str):
    monkeypatch.setenv("MY_OWN", "1")
    header, code, expected = SAME[case]
    if case == "an interrupt":
        expected = "KeyboardInterrupt\n"
    result = runner.run_snippet(snippet(code, header))
    assert getattr(result, "output", result) == expected


REFUSED = {
    "a path": ("print(__file__)\n", "prints a path of this machine: `/"),
    "an installed module": ("import torch\nprint(torch.__file__)\n", "prints a path of this mach"),
    "an address": ("print(object())\n", "prints an address of this run's memory: `0x"),
    "today": ("import time\nprint(time.strftime('%Y-%m-%d'))\n", "prints today's date: `"),
    "an escape": ("print(chr(27))\n", r"prints a control character: `\x1b` in line 1"),
    "a carriage return": (
        "print('a', end=chr(13))\nprint()\n",
        r"prints a control character: `\r`",
    ),
    "a NUL": ("print(chr(0))\n", r"prints a control character: `\x00`"),
    "too much": ("print('x' * 40_000_000)\n", "prints more than 16 MiB, and was ended"),
    "an exit that it does not declare": ("import sys\nsys.exit(3)\n", "3"),
    "a handler that fails": ("import atexit\natexit.register(int, 'x')\nprint()\n", "to stderr"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_of_this_machine_or_no_page_can_show_is_refused(runner, snippet, case: str):
    code, message = REFUSED[case]
    result = runner.run_snippet(snippet(code))
    assert isinstance(result, RunError)
    assert message in str(result)
    assert "\x1b" not in str(result)


def test_a_user_without_a_home_runs_programs(snippet, monkeypatch):
    monkeypatch.delenv("HOME")
    with Runner() as own:
        assert own.run_snippet(snippet("print(1)\n")).output == "1\n"


def test_the_users_matplotlibrc_changes_no_figure(snippet, monkeypatch, tmp_path):
    (tmp_path / "matplotlibrc").write_text("lines.linewidth: 9\n")
    code = "import matplotlib\nprint(matplotlib.rcParams['lines.linewidth'])\n"
    for name in ("MPLCONFIGDIR", "MATPLOTLIBRC"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.chdir(tmp_path)
    with Runner() as own:
        assert own.run_snippet(snippet(code)).output == "1.5\n"


def test_a_forked_child_that_fails_ends_with_status_1(snippet):
    code = (
        "import os\nchild = os.fork()\nif child == 0:\n    os.close(2)\n    raise ValueError\n"
        "print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))\n"
    )
    with Runner() as own:
        assert own.run_snippet(snippet(code)).output == "1\n"

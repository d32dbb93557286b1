"""What a program inherits from the server that it is forked from does it no harm.

Each of these tests fails if the line of src/asrun/worker that it is about is taken out.
"""

from __future__ import annotations

import ast
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from asrun.base.errors import RunError
from asrun.execution.jobs import make_job
from asrun.execution.machine import WORKER_FOLDER
from asrun.execution.result import Run
from asrun.execution.runner import Runner
from asrun.worker.protocol import Job, is_batch_outcome
from support.waiting import wait_for


@pytest.fixture(scope="module")
def torch_runner(request):
    """Return a runner whose servers have torch and matplotlib loaded."""
    with Runner(seconds=60, megabytes=256) as started:
        from asrun.snippets.snippet import parse_snippet

        started.start_servers(
            [
                parse_snippet(
                    "a.py",
                    "snippets/a.py",
                    "# zh: 甲\n# en: A\nimport torch, numpy, matplotlib.pyplot as plt\n",
                )
            ]
        )
        yield started


FILES = sorted(WORKER_FOLDER.glob("*.py"))


@pytest.mark.parametrize("file", FILES, ids=[file.stem for file in FILES])
def test_it_imports_the_standard_library_and_itself_alone(file):
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level:
            assert node.level == 1
            names = []
            assert (WORKER_FOLDER / f"{node.module}.py").is_file()
        elif isinstance(node, ast.ImportFrom):
            names = [node.module]
        else:
            continue
        assert {name.partition(".")[0] for name in names} <= set(sys.stdlib_module_names)


def run_on_server(folder: Path, source: str, *modules: str, worker: Path = WORKER_FOLDER) -> dict:
    """Have a server run one program, and return its outcome."""
    job: Job = {
        "id": 1,
        "path": "x.py",
        "source": source,
        "drawn_names": [],
        "plain": False,
        "as_file": False,
        "network": False,
        "seconds": 9,
        "megabytes": 99,
    }
    with subprocess.Popen(
        [sys.executable, "-S", worker, "1", *modules],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(folder)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        server.stdin.write(json.dumps(job) + "\n")
        server.stdin.flush()
        reply = server.stdout.readline()
        server.stdin.close()
    assert server.returncode == 0
    return json.loads(reply)


@pytest.fixture
def copied(tmp_path):
    """A copy of the worker's folder, as it is taken to another machine."""
    return shutil.copytree(
        WORKER_FOLDER, tmp_path / "copied", ignore=shutil.ignore_patterns("__pycache__")
    )


def run_bare(worker: Path, *arguments: str, stdin: str = "") -> str:
    """Run a command of the worker where Python finds nothing but its standard library."""
    return subprocess.run(
        [sys.executable, "-I", "-S", "-B", "-W", "error", worker, *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        check=True,
        cwd="/",
    ).stdout


def test_a_server_runs_alone_on_a_bare_machine(copied, tmp_path):
    outcome = run_on_server(tmp_path, "print(6 * 7)", worker=copied)
    assert (outcome["exit_code"], outcome["stdout"]) == (0, "42\n")


def test_a_bare_machine_describes_itself(copied):
    machine = json.loads(run_bare(copied, "--environment"))
    assert machine["python"] == ".".join(map(str, sys.version_info[:2]))
    assert (machine["torch"], machine["torchvision"]) == (None, None)


def test_a_batch_runs_twice_on_a_bare_machine(copied, snippet):
    programs = [snippet("print(6 * 7)\n"), snippet("import os\nos.kill(os.getpid(), 9)\n")]
    jobs = "".join(f"{json.dumps(make_job(program, n))}\n" for n, program in enumerate(programs))
    entries = [
        json.loads(line) for line in run_bare(copied, "--batch", "2", stdin=jobs).split("\n")[:-1]
    ]
    assert all(is_batch_outcome(entry) for entry in entries)
    codes = sorted((entry["outcome"]["id"], entry["outcome"]["exit_code"]) for entry in entries)
    assert codes == [(0, 0), (0, 0), (1, -9), (1, -9)]


def test_a_command_runs_confined_on_a_bare_machine(copied, tmp_path):
    for name in ("empty", "tmp"):
        (tmp_path / name).mkdir()
    code = "import os; print(os.getcwd())"
    arguments = ["--confined", str(tmp_path), "1024", sys.executable, "-c", code]
    assert run_bare(copied, *arguments) == f"{tmp_path / 'empty'}\n"


LOAD_ALL = """
import importlib, runpy, sys
from pathlib import Path

folder = Path(sys.argv[1])
entry = runpy.run_path(str(folder / "__main__.py"))
entry["load_package"](folder)
for file in folder.glob("[!_]*.py"):
    importlib.import_module(f"{entry['PACKAGE_NAME']}.{file.stem}")
    print(file.stem)
"""


def test_every_module_loads_on_a_bare_machine(copied):
    """An import of anything but the standard library fails there."""
    command = [sys.executable, "-I", "-S", "-B", "-c", LOAD_ALL, copied]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert {*done.stdout.split()} == {file.stem for file in FILES} - {"__init__", "__main__"}


def test_a_program_cannot_import_the_workers_own_modules(tmp_path):
    outcome = run_on_server(tmp_path, "import server")
    assert outcome["report"]["exception"]["text"] == "ModuleNotFoundError: No module named 'server'"


def test_what_the_servers_imports_want_at_exit_is_not_done_in_a_program(tmp_path):
    (tmp_path / "noisy.py").write_text("import atexit\natexit.register(print, 'noise')\n")
    assert run_on_server(tmp_path, "print(1)", "noisy")["stdout"] == "1\n"


@pytest.mark.parametrize(
    "code",
    [
        "import torch\nprint(torch.rand(1).item())\n",
        "import numpy\nprint(numpy.random.rand())\n",
        "import random\nprint(random.random())\n",
    ],
    ids=["torch", "numpy", "random"],
)
def test_a_forgotten_seed_shows_itself(torch_runner, snippet, code):
    outputs = set()
    for _ in range(3):
        result = torch_runner.run_snippet(snippet(code))
        assert isinstance(result, RunError)
        assert "something else on a second run" in str(result)
        outputs.add(str(result))
    assert len(outputs) == 3


def test_a_seed_makes_it_repeat(torch_runner, snippet):
    code = "import torch\ntorch.manual_seed(0)\nprint(f'{torch.rand(1).item():.4f}')\n"
    assert torch_runner.run_snippet(snippet(code)).output == "0.4963\n"


def test_work_that_wants_threads_does_not_hang(torch_runner, snippet):
    code = "import torch\nx = torch.ones(600, 600)\nprint((x @ x).sum().item())\n"
    assert torch_runner.run_snippet(snippet(code)).output == "216000000.0\n"


def test_torch_works_on_one_thread(torch_runner, snippet):
    code = "import os, torch\nprint(torch.get_num_threads(), os.environ['OMP_NUM_THREADS'])\n"
    assert torch_runner.run_snippet(snippet(code)).output == "1 1\n"


def test_a_server_with_threads_refuses_to_fork(tmp_path):
    (tmp_path / "threaded.py").write_text(
        "import threading, time\n"
        "threading.Thread(target=time.sleep, args=(9,), daemon=True).start()\n"
    )
    done = subprocess.run(
        [sys.executable, WORKER_FOLDER, "1", "threaded"],
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        input="",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode != 0
    assert "started threads" in done.stderr


def test_memory_is_limited_above_what_torch_has_mapped(torch_runner, snippet):
    small = "import torch\nprint(torch.zeros(2**24).numel())\n"  # 64 MiB
    assert torch_runner.run_snippet(snippet(small)).output == "16777216\n"
    big = "import torch\nprint(torch.zeros(2**28).numel())\n"  # 1 GiB
    result = torch_runner.run_snippet(snippet(big))
    assert isinstance(result, RunError)
    assert "snippets/a/one.py:4" in str(result)
    assert "can't allocate memory" in str(result)


def test_tensors_to_draw_are_reported_as_they_are_at_the_end(torch_runner, snippet):
    code = "import torch\nx = torch.tensor([[1, 2]])\nx += 1\nb = x > 2\n"
    header = "# draw: x -> b\n# figure.zh: 图\n# figure.en: Picture\n"
    result = torch_runner.run_snippet(snippet(code, header))
    assert result.tensors["x"] == {"shape": [1, 2], "dtype": "int64", "values": [2, 3]}
    assert result.tensors["b"] == {"shape": [1, 2], "dtype": "bool", "values": [False, True]}


def test_a_name_that_is_no_tensor_cannot_be_drawn(torch_runner, snippet):
    header = "# draw: x -> y\n# figure.zh: 图\n# figure.en: Picture\n"
    result = torch_runner.run_snippet(snippet("import torch\nx = torch.ones(1)\ny = 3\n", header))
    assert str(result).startswith("snippets/a/one.py:1: `# draw:` asks for `y`")


PLOT = "import matplotlib.pyplot as plt\nplt.plot([1, 2], [3, 4])\n"
ALT = "# figure.zh: 图\n# figure.en: Picture\n"


def test_a_shown_plot_is_svg_and_the_same_each_time(torch_runner, snippet):
    first = torch_runner.run_snippet(snippet(PLOT + "plt.show()\n", ALT))
    second = torch_runner.run_snippet(snippet(PLOT + "plt.show()\n", ALT))
    assert isinstance(first, Run), first
    assert "<svg" in first.plots[0]
    assert first.plots == second.plots


def test_a_plot_that_is_not_shown_is_refused(torch_runner, snippet):
    assert "not shown" in str(torch_runner.run_snippet(snippet(PLOT, ALT)))


def test_every_figure_needs_its_alt_text(torch_runner, snippet):
    assert "1 figures and 0 alt texts" in str(
        torch_runner.run_snippet(snippet(PLOT + "plt.show()\n"))
    )


def test_the_versions_of_a_run_are_known(torch_runner, snippet):
    import importlib.metadata

    versions = torch_runner.run_snippet(snippet("import torch\nprint(1)\n")).versions
    assert versions["torch"].split("+")[0] == importlib.metadata.version("torch").split("+")[0]
    assert versions["python"] == ".".join(map(str, sys.version_info[:3]))


def test_it_ends_with_whoever_started_it():
    starter = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import subprocess, sys, time\n"
            f"p = subprocess.Popen([sys.executable, {str(WORKER_FOLDER)!r}, '1'],"
            " stdin=subprocess.PIPE)\n"
            "print(p.pid, flush=True)\ntime.sleep(60)\n",
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    pid = int(starter.stdout.readline())
    time.sleep(0.3)  # most often the server has begun to wait for jobs by then
    starter.send_signal(signal.SIGKILL)
    starter.wait()
    starter.stdout.close()
    assert wait_for(lambda: has_ended(pid)), "the worker outlived its starter"


def has_ended(pid: int) -> bool:
    try:
        return "State:\tZ" in Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return True

"""What a program may not do to the machine it runs on, tried for real; and what it still may.

Each attack gets through if the guard that its test names is taken out of src/asrun/worker.
"""

from __future__ import annotations

import ctypes
import os
import socket
import sys
import threading
import time
from pathlib import Path

import pytest

from asrun.base.errors import RunError
from asrun.execution.machine import WORKER_FOLDER
from asrun.execution.result import Run
from asrun.execution.runner import Runner
from asrun.worker.namespaces import make_namespaces
from asrun.worker.processes import list_children

SECONDS = 60  # of patience for programs that start processes, on a busy machine


def find_landlock_version() -> int:
    """Return the version of Landlock here, 0 for none."""
    call = ctypes.CDLL(None).syscall
    return max(0, call(444, None, ctypes.c_size_t(0), 1)) if sys.platform == "linux" else 0


def are_namespaces_allowed() -> bool:
    handles = make_namespaces()
    for handle in handles:
        os.close(handle)
    return bool(handles)


linux = pytest.mark.skipif(sys.platform != "linux", reason="processes are counted on Linux")
namespaced = pytest.mark.skipif(
    not are_namespaces_allowed(), reason="no namespaces are allowed here"
)
landlocked = pytest.mark.skipif(find_landlock_version() == 0, reason="this kernel has no Landlock")


@pytest.fixture(scope="module")
def sandboxed():
    with Runner(seconds=SECONDS, megabytes=1024) as started:
        started.start_servers([])
        yield started


@pytest.fixture(scope="module")
def plain():
    with Runner(seconds=SECONDS, plain=True) as started:
        started.start_servers([])
        yield started


@pytest.fixture
def listener():
    """Return the address of a server on this machine's own loopback, and what reached it."""
    reached: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def accept() -> None:
            while True:
                try:
                    connection, peer = server.accept()
                except OSError:
                    return
                reached.append(peer)
                connection.close()

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        yield server.getsockname(), reached
        server.shutdown(socket.SHUT_RDWR)
        thread.join()


def assert_refused(result: object, line: int, says: str) -> None:
    assert isinstance(result, RunError), result
    assert str(result).startswith(f"snippets/a/one.py:{line}: "), result
    assert says in str(result)


# --- the network --------------------------------------------------------------------------------

REACHES = {
    "connect": "import socket\nsocket.create_connection(('192.0.2.1', 80), timeout=1)\n",
    "look up": "import socket\nsocket.getaddrinfo('example.invalid', 80)\n",
    "send": "import socket\nwith socket.socket(type=socket.SOCK_DGRAM) as s:"
    "  s.sendto(b'x', ('192.0.2.1', 9))\n",
    "fetch": "import urllib.request\nurllib.request.urlopen('http://192.0.2.1/', timeout=1)\n",
}


@pytest.mark.parametrize("way", REACHES)
def test_reaching_the_network_is_refused_with_its_line(sandboxed, snippet, way: str):
    says = "tries to reach the network without `# needs: network`"
    assert_refused(sandboxed.run_snippet(snippet(REACHES[way])), 4, says)


def test_an_attempt_that_the_program_swallows_is_named_all_the_same(sandboxed, snippet):
    code = "try:\n    import socket\n    socket.getaddrinfo('example.invalid', 80)\n"
    result = sandboxed.run_snippet(snippet(code + "except OSError:\n    print('offline')\n"))
    assert_refused(result, 5, "tries to reach the network without `# needs: network`")


@namespaced
def test_native_code_has_no_network_either(sandboxed, snippet, listener):
    (_, port), reached = listener
    code = (
        "import ctypes, struct\nc = ctypes.CDLL(None)\ns = c.socket(2, 1, 0)\n"
        f"port = struct.pack('>H', {port})\n"
        "where = struct.pack('=H', 2) + port + bytes([127, 0, 0, 1]) + bytes(8)\n"
        "print(c.connect(s, where, 16))\n"
    )
    assert sandboxed.run_snippet(snippet(code)).output == "-1\n"
    assert reached == []


@namespaced
def test_a_program_as_a_file_has_no_network_and_is_named(plain, snippet):
    code = "import socket\nsocket.create_connection(('192.0.2.1', 80), timeout=1)\n"
    assert_refused(plain.run_snippet(snippet(code)), 4, "tries to reach the network")


def test_a_program_that_declares_the_network_has_it(sandboxed, snippet, listener, monkeypatch):
    monkeypatch.setenv("ASRUN_NETWORK", "1")
    (host, port), reached = listener
    code = f"import socket\nsocket.create_connection(({host!r}, {port})).close()\nprint('there')\n"
    assert sandboxed.run_snippet(snippet(code, "# needs: network\n")).output == "there\n"
    assert len(reached) == 2


def test_the_loopback_is_there_under_the_machines_own_name_too(sandboxed, snippet):
    code = (
        "import socket\n"
        "with socket.create_server(('', 0)) as server:\n"
        "    for name in ('127.0.0.1', 'localhost', socket.gethostname()):\n"
        "        socket.create_connection((name, server.getsockname()[1])).close()\n"
        "print('ok')\n"
    )
    assert sandboxed.run_snippet(snippet(code)).output == "ok\n"


# --- writing outside ----------------------------------------------------------------------------

WRITES = {
    "open": "open({path!r}, 'w')\n",
    "append": "open({path!r}, 'a')\n",
    "make a folder": "import os; os.mkdir({path!r})\n",
    "link": "import os; os.symlink('/', {path!r})\n",
    "move there": "import os; os.mkdir('here'); os.rename('here', {path!r})\n",
    "beside its folder": "open('../beside', 'w')\n",
    "through a link": "import os; os.symlink({folder!r}, 'link'); open('link/escaped', 'w')\n",
}


@pytest.mark.parametrize("way", WRITES)
def test_writing_outside_its_folder_is_refused_with_its_line(
    sandboxed, snippet, tmp_path, way: str
):
    code = WRITES[way].format(path=str(tmp_path / "escaped"), folder=str(tmp_path))
    assert_refused(sandboxed.run_snippet(snippet(code)), 3, "writes outside its folder")
    assert list(tmp_path.iterdir()) == []


DESTROYS = {
    "remove": "import os; os.remove({path!r})\n",
    "empty": "import os; os.truncate({path!r}, 0)\n",
    "move away": "import os; os.rename({path!r}, 'mine')\n",
    "remove a tree": "import shutil; shutil.rmtree({folder!r})\n",
}


@pytest.mark.parametrize("way", DESTROYS)
def test_what_is_outside_cannot_be_destroyed(sandboxed, snippet, tmp_path, way: str):
    kept = tmp_path / "kept"
    kept.write_text("kept")
    code = DESTROYS[way].format(path=str(kept), folder=str(tmp_path))
    assert_refused(sandboxed.run_snippet(snippet(code)), 3, "writes outside its folder")
    assert kept.read_text() == "kept"


@landlocked
def test_other_programs_and_native_code_cannot_write_outside_either(sandboxed, snippet, tmp_path):
    path = str(tmp_path / "escaped")
    code = (
        f"import ctypes, subprocess\nprint(ctypes.CDLL(None).creat({path.encode()!r}, 0o600))\n"
        f"subprocess.run(['touch', {path!r}], stderr=subprocess.DEVNULL)\n"
    )
    assert sandboxed.run_snippet(snippet(code)).output == "-1\n"
    assert not Path(path).exists()


@landlocked
def test_a_program_as_a_file_cannot_write_outside_and_is_named(plain, snippet, tmp_path):
    code = f"open({str(tmp_path / 'escaped')!r}, 'w')\n"
    assert_refused(plain.run_snippet(snippet(code)), 3, "writes outside its folder")
    assert not (tmp_path / "escaped").exists()


@pytest.mark.skipif(find_landlock_version() < 6, reason="needs Landlock's sixth version")
def test_a_program_cannot_signal_what_is_not_its_own(sandboxed, snippet):
    assert_refused(
        sandboxed.run_snippet(snippet("import os\nos.kill(os.getppid(), 9)\n")),
        4,
        "PermissionError",
    )


@pytest.mark.parametrize("name", ["report", "refused"])
def test_a_program_that_spoils_its_report_does_not_end_the_server(sandboxed, snippet, name: str):
    code = f"import os, subprocess\nsubprocess.run('echo x > ../{name}', shell=True)\nos._exit(3)\n"
    assert_refused(sandboxed.run_snippet(snippet(code)), 1, "exit code 3")
    assert sandboxed.run_snippet(snippet("print('usable')\n")).output == "usable\n"


# --- too much -----------------------------------------------------------------------------------

FORKS = {
    "one after the other": "import os, time\nwhile True:\n    os.fork() or time.sleep(60)\n",
    "each forks": "import os\nwhile True:\n    os.fork()\n",
    "each leaves the session": "import os\nwhile True:\n    os.fork() or os.setsid()\n",
    "parents end": "import os\nfirst = os.getpid()\nwhile True:\n"
    "    if os.fork() and os.getpid() != first:\n        os._exit(0)\n",
}


def is_server(pid: int) -> bool:
    """Tell a server from what other tests have started, such as a browser."""
    return str(WORKER_FOLDER) in Path(f"/proc/{pid}/cmdline").read_text()


@linux
@pytest.mark.parametrize("way", FORKS)
def test_forking_without_end_is_ended_and_the_machine_stays_usable(sandboxed, snippet, way: str):
    began = time.monotonic()
    assert_refused(sandboxed.run_snippet(snippet(FORKS[way])), 1, "more than 64 processes")
    assert time.monotonic() - began < SECONDS
    assert sandboxed.run_snippet(snippet("print('usable')\n")).output == "usable\n"
    servers = [pid for pid in list_children(os.getpid()) if is_server(pid)]
    assert servers
    assert not [child for server in servers for child in list_children(server)]


@linux
def test_processes_that_fill_memory_together_are_ended(snippet):
    code = (
        "import os, time\n"
        "for _ in range(8):\n"
        "    if os.fork() == 0:\n"
        "        x = bytearray(b'x') * (100 * 2**20)\n"
        "        time.sleep(60)\n"
        "time.sleep(60)\n"
    )
    with Runner(seconds=SECONDS, megabytes=128) as small:
        assert_refused(small.run_snippet(snippet(code)), 1, "more than 256 MiB of memory")


@namespaced
def test_shared_memory_is_bounded(sandboxed, snippet):
    code = (
        "block = bytes(2**24)\n"
        "for number in range(100):\n"
        "    with open(f'/dev/shm/{number}', 'wb') as file:\n"
        "        file.write(block)\n"
    )
    assert_refused(sandboxed.run_snippet(snippet(code)), 6, "No space left on device")
    assert not Path("/dev/shm/0").exists()


@linux
@pytest.mark.parametrize("size", [2**24, 1], ids=["large files", "many files"])
def test_filling_the_disk_is_ended(sandboxed, snippet, size: int):
    code = (
        "import time\n"
        f"block = bytes({size})\n"
        "for number in range(20_000):\n"
        "    with open(str(number), 'wb') as file:\n"
        "        file.write(block)\n"
        f"    time.sleep({0.05 if size > 1 else 0})\n"
        "time.sleep(60)\n"
    )
    assert_refused(
        sandboxed.run_snippet(snippet(code)), 1, "writes more than 256 MiB or 10000 files"
    )


# --- what is still allowed ----------------------------------------------------------------------

ALLOWED = {
    "its folder": "from pathlib import Path\nPath('a/b').mkdir(parents=True)\n"
    "Path('a/b/c').write_text('c')\nPath('a').rename('d')\nprint(Path('d/b/c').read_text())\n",
    "temporary files": "import os, tempfile\nwith tempfile.TemporaryDirectory() as t:\n"
    "    open(os.path.join(t, 'f'), 'w').close()\n    print(os.listdir(t))\n",
    "home": "from pathlib import Path\n(Path.home() / '.cache' / 'x').mkdir(parents=True)\n"
    "print(1)\n",
    "nowhere": "import os\nwith open(os.devnull, 'w') as f:\n    print(1, file=f)\nprint(2)\n",
    "shared memory": "from multiprocessing import shared_memory\n"
    "m = shared_memory.SharedMemory(create=True, size=9)\nm.close()\nm.unlink()\nprint(1)\n",
    "torch.save": "import torch\ntorch.save(torch.ones(2), 'x.pt')\n"
    "print(torch.load('x.pt', weights_only=True))\n",
    "loading in forks": "import torch\nfrom torch.utils.data import DataLoader\n"
    "print([b.sum().item() for b in DataLoader(torch.ones(4), 2, num_workers=2)])\n",
    "processes one after the other": "import os\nfor _ in range(200):\n"
    "    if os.fork() == 0:\n        os._exit(0)\n    os.wait()\nprint(1)\n",
}


@pytest.mark.parametrize("what", ALLOWED)
def test_a_program_may_use(sandboxed, snippet, what: str):
    assert isinstance(sandboxed.run_snippet(snippet(ALLOWED[what])), Run)


AS_FILES = {
    "spawned loading": "import torch\nfrom torch.utils.data import DataLoader\n"
    "if __name__ == '__main__':\n    loader = DataLoader(torch.ones(4), 2, num_workers=2,"
    " multiprocessing_context='spawn')\n    print([b.sum().item() for b in loader])\n",
    "gloo over tcp": "import torch\nimport torch.distributed as dist\n"
    "import torch.multiprocessing as mp\n"
    "def work(rank):\n"
    "    dist.init_process_group('gloo', init_method='tcp://127.0.0.1:29511', rank=rank,"
    " world_size=2)\n"
    "    x = torch.ones(1)\n    dist.all_reduce(x)\n    rank or print(x.item())\n"
    "    dist.destroy_process_group()\n"
    "if __name__ == '__main__':\n    mp.spawn(work, nprocs=2)\n",
}


@pytest.mark.parametrize("what", AS_FILES)
def test_a_program_as_a_file_may_use(snippet, what: str):
    with Runner(seconds=4 * SECONDS) as patient:
        result = patient.run_snippet(snippet(AS_FILES[what], "# runs: file\n"))
    assert isinstance(result, Run), result


def test_a_plot_needs_nothing_outside(snippet):
    code = "import matplotlib.pyplot as plt\nplt.plot([1])\nplt.savefig('a.png')\nplt.show()\n"
    with Runner(seconds=SECONDS) as own:
        result = own.run_snippet(snippet(code, "# figure.zh: 图\n# figure.en: Picture\n"))
    assert isinstance(result, Run), result


@namespaced
def test_jobs_of_one_server_have_a_loopback_each(snippet):
    code = (
        "import socket, time\n"
        "with socket.create_server(('127.0.0.1', 29512)):\n    time.sleep(0.3)\nprint('ok')\n"
    )
    with Runner(seconds=SECONDS, slots=8) as wide:
        jobs = [snippet(code, name=f"a/{n}.py") for n in range(4)]
        assert {result.output for _, result in wide.run_snippets(jobs)} == {"ok\n"}

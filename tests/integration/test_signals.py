"""Commands end when they are asked to, whoever started them, and leave nothing behind."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from support.live_server import Server
from support.project import ROOT, Files, sound_project
from support.signals import hand_on, list_processes_with, wait_for_no_process_with

GRACE_SECONDS = 3  # for what the system has still to take down
PATIENCE_SECONDS = 30
SLOW = "import time\n\ntime.sleep(8)\nprint(1)\n"
LAB = "# %% [markdown]\n# # Lab\n#\n# Words.\n\n# %%\nprint(1)\n"
INHERITED = {
    "by a terminal": hand_on(),
    "by a script, with &": hand_on(["SIGINT", "SIGQUIT"]),
    "by a supervisor that ignores all": hand_on(["SIGINT", "SIGTERM", "SIGCHLD"]),
    "with signals blocked": hand_on([], ["SIGINT", "SIGTERM", "SIGHUP", "SIGCHLD"]),
}


@pytest.fixture
def temporary():
    """A folder for temporary files. Its path is short, since sockets lie there."""
    with tempfile.TemporaryDirectory(prefix="t-") as folder:
        yield Path(folder)


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """A project with a site; the tests that share it only read."""
    project = sound_project(tmp_path_factory.mktemp("published"))
    done = run(project, ["site"], [])
    assert done.returncode == 0, done.stderr
    return project


@pytest.fixture
def warm(files, published):
    """A project whose one sound snippet has run already, and that has no site."""
    shutil.copytree(published.root / ".cache", files.root / ".cache")
    return files


def make_command(files: Files, words: list[str], start: list[str]) -> list[str]:
    return [*start, sys.executable, "-m", "asrun.cli", "--root", str(files.root), *words]


def run(files: Files, words: list[str], start: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        make_command(files, words, start), capture_output=True, text=True, check=False
    )


def list_traces(files: Files, temporary: Path) -> list[str]:
    """Return what a command left behind: processes, temporary folders, half a site."""
    processes = wait_for_no_process_with(f"TMPDIR={temporary}", GRACE_SECONDS)
    return [
        *processes.values(),
        *(file.name for file in temporary.glob("asrun-*")),  # libraries have caches there
        *(file.name for file in files.root.glob(".*site*")),
    ]


def end_server(server: Server, number: int) -> int:
    """Send a signal to the server alone, as ``kill`` does; return its exit status."""
    os.kill(server.process.pid, number)
    try:
        return server.process.wait(PATIENCE_SECONDS)
    finally:
        if server.process.poll() is None:
            os.killpg(server.process.pid, signal.SIGKILL)
            server.process.wait()


@pytest.mark.parametrize("start", INHERITED.values(), ids=INHERITED)
@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 0), (signal.SIGTERM, 143)])
def test_a_server_started_anyhow_ends_on_int_and_term(warm, temporary, start, number, status):
    server = Server(warm.root, start=start, temporary=temporary)
    server.wait_for("print")
    assert list_processes_with(f"TMPDIR={temporary}")
    assert end_server(server, number) == status, server.log.read_text()
    assert list_traces(warm, temporary) == []
    assert "Traceback" not in server.log.read_text()


def test_a_server_whose_terminal_is_closed_ends(warm, temporary):
    server = Server(warm.root, temporary=temporary)
    server.wait_for("print")
    assert end_server(server, signal.SIGHUP) == 129
    assert list_traces(warm, temporary) == []


def test_a_server_under_nohup_stays_when_its_terminal_is_closed(warm, temporary):
    server = Server(warm.root, start=hand_on(["SIGINT", "SIGHUP"]), temporary=temporary)
    server.wait_for("print")
    os.kill(server.process.pid, signal.SIGHUP)
    time.sleep(0.5)
    assert "print" in server.read()
    assert end_server(server, signal.SIGTERM) == 143
    assert list_traces(warm, temporary) == []


def test_a_server_that_runs_a_saved_program_ends_without_waiting_for_it(warm, temporary):
    server = Server(warm.root, temporary=temporary)
    server.wait_for("print")
    warm.snippet("a/one.py", SLOW)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not list(temporary.glob("asrun-*/report*")) and time.monotonic() < deadline:
        if [f for f in temporary.iterdir() if not f.name.startswith("asrun-site-")]:
            break
        time.sleep(0.05)
    started = time.monotonic()
    assert end_server(server, signal.SIGTERM) == 143
    assert time.monotonic() - started < 7
    assert list_traces(warm, temporary) == []
    assert "Traceback" not in server.log.read_text()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("words", [["site"], ["check", "--runs-only"], ["update"]], ids=" ".join)
def test_a_command_interrupted_while_a_program_runs_leaves_nothing(files, temporary, words, number):
    files.snippet("a/one.py", SLOW, "1\n")
    process = start_command(files, words, temporary)
    wait_for_job(temporary)
    before = files.read("snippets/a/one.out")
    assert end(process, number) == (130 if number == signal.SIGINT else 128 + number)
    assert list_traces(files, temporary) == []
    assert files.read("snippets/a/one.out") == before


@pytest.mark.parametrize("seconds", [0.5, 0.9, 1.3, 1.6, 1.9, 2.2, 2.6])
def test_a_site_interrupted_at_any_moment_leaves_the_old_one_and_nothing_else(
    warm, temporary, seconds
):
    warm.write("site/index.html", "the old site")
    process = start_command(warm, ["site"], temporary)
    time.sleep(seconds)
    status = end(process, signal.SIGTERM)
    assert status in (0, 143)
    assert list_traces(warm, temporary) == []
    html = warm.read("site/index.html")
    assert html == "the old site" or "language-python" in html
    if status == 0:
        assert html != "the old site"


def test_a_lab_that_is_interrupted_leaves_no_kernel(warm, temporary):
    for language in ("zh", "en"):
        warm.write(
            f"docs/{language}/labs/x.py",
            LAB.replace("print(1)", "import time\n\ntime.sleep(20)\nprint(1)"),
        )
    process = start_command(warm, ["check", "--runs-only"], temporary)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if any("ipykernel" in c for c in list_processes_with(f"TMPDIR={temporary}").values()):
            break
        time.sleep(0.1)
    time.sleep(1)
    assert end(process, signal.SIGTERM) == 143
    assert list_traces(warm, temporary) == []


def test_a_second_signal_does_not_interrupt_the_cleaning_up(files, temporary):
    files.snippet("a/one.py", SLOW, "1\n")
    process = start_command(files, ["check", "--runs-only"], temporary)
    wait_for_job(temporary)
    for _ in range(3):
        process.send_signal(signal.SIGINT)
        time.sleep(0.02)
    assert process.wait(PATIENCE_SECONDS) == 130
    assert list_traces(files, temporary) == []


def test_a_strict_build_fails_also_where_exit_statuses_are_lost(warm):
    """With SIGCHLD ignored, the system keeps no child's status: subprocess calls each one 0."""
    warm.write("docs/en/stray.ipynb", "{}")
    done = run(warm, ["site"], hand_on(["SIGCHLD"]))
    assert done.returncode == 1
    assert "MkDocs did not build the site" in done.stderr
    assert not (warm.root / "site").exists()


def test_programs_run_also_where_exit_statuses_are_lost(files):
    done = run(files, ["check", "--runs-only"], hand_on(["SIGCHLD"], ["SIGCHLD"]))
    assert (done.returncode, done.stderr.splitlines()[-1]) == (0, "1 of 1 snippets ran.")


def test_a_program_finds_signals_as_a_terminal_hands_them_on(files):
    files.snippet(
        "a/one.py",
        "import signal\n\n"
        "print(signal.getsignal(signal.SIGINT) is signal.default_int_handler)\n"
        "print(*[signal.getsignal(n).name for n in (1, 15, 17)])\n"
        "print(signal.pthread_sigmask(0, ()))\n",
        "True\nSIG_DFL SIG_DFL SIG_DFL\nset()\n",
    )
    start = hand_on(["SIGINT", "SIGHUP", "SIGTERM", "SIGCHLD"], ["SIGINT", "SIGTERM"])
    done = run(files, ["check", "--runs-only"], start)
    assert done.returncode == 0, done.stderr


def test_the_tests_of_serve_pass_where_ctrl_c_is_ignored():
    """As in `make test &`: a script's shell has what it starts in the background ignore Ctrl-C."""
    test = "tests/integration/test_serve.py::test_preview_shows_records_and_runs_nothing"
    done = subprocess.run(
        [
            *hand_on(["SIGINT"]),
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            test,
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "1 passed" in done.stdout


def start_command(files: Files, words: list[str], temporary: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        make_command(files, words, []),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        env=os.environ | {"TMPDIR": str(temporary)},
    )


def wait_for_job(temporary: Path) -> None:
    """Wait until a program has been started."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not list(temporary.glob("asrun-*/stdout")):
        assert time.monotonic() < deadline, "no program ran"
        time.sleep(0.05)
    time.sleep(0.2)


def end(process: subprocess.Popen[bytes], number: int) -> int:
    process.send_signal(number)
    try:
        return process.wait(PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise

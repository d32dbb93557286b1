"""The real server: pages and snippets are edited, and the new page is read over HTTP."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

PATIENCE = 25  # seconds, for a machine that is busy


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """`asrun serve` on a project, in a process of its own."""

    def __init__(self, root: Path, *options: str) -> None:
        self.url = f"http://127.0.0.1:{(port := free_port())}/"
        self.log = root / "serve.log"
        command = [sys.executable, "-m", "asrun.cli", "--root", root, "serve", f"--port={port}"]
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [*command, *options],
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def read(self, path: str = "") -> str:
        with urllib.request.urlopen(self.url + path, timeout=PATIENCE) as reply:
            return reply.read().decode()

    def wait_for(self, text: str, path: str = "") -> str:
        """Read a page until it holds a text."""
        end, page = time.monotonic() + PATIENCE, ""
        while time.monotonic() < end:
            try:
                page = self.read(path)
            except (urllib.error.URLError, ConnectionError):
                page = ""
            if text in page:
                return page
            time.sleep(0.1)
        pytest.fail(f"{path or '/'} never showed {text!r}; log:\n{self.log.read_text()}")

    def stop(self) -> int:
        """Press Ctrl-C: the whole foreground group gets the signal."""
        os.killpg(self.process.pid, signal.SIGINT)
        return self.process.wait(timeout=15)


@pytest.fixture
def server(files):
    started = Server(files.root)
    yield started
    if started.process.poll() is None:
        os.killpg(started.process.pid, signal.SIGKILL)
        started.process.wait()


def group_members(leader: int) -> list[str]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == leader and fields[0] != "Z":  # session
            found.append(stat.parent.name)
    return found


def test_a_saved_page_and_a_saved_snippet_show_in_both_languages(server, files):
    server.wait_for("print")
    server.wait_for("Summary.", "en/")

    for language in ("zh", "en"):
        text = files.read(f"docs/{language}/index.md")
        files.write(f"docs/{language}/index.md", text + f"\nEdited {language}.\n")
    server.wait_for("Edited zh.")
    server.wait_for("Edited en.", "en/")

    files.snippet("a/one.py", "print('ran', 6 * 7)\n")
    assert "ran 42" in server.wait_for("ran 42")
    assert "ran 42" in server.wait_for("ran 42", "en/")
    assert files.read("snippets/a/one.out") == "2\n", "what is watched is never written"

    files.snippet("a/one.py", "1 / 0\n")
    assert "ZeroDivisionError" in server.wait_for("snippets/a/one.py:3: raises")

    files.snippet("a/one.py", "print('well', 'again')\n")
    server.wait_for("well again")

    assert group_members(server.process.pid)
    assert server.stop() == 0
    assert group_members(server.process.pid) == []
    assert "Traceback" not in server.log.read_text()


def test_nothing_keeps_a_page_from_reloading_itself(server):
    """MkDocs' server adds its script to what was built, so no hash of a policy can allow it."""
    for path in ("", "en/"):
        page = server.wait_for("livereload(", path)
        assert "Content-Security-Policy" not in page


def test_preview_shows_records_and_runs_nothing(files):
    files.snippet("a/one.py", "import no_such_module\n", "as recorded\n")
    server = Server(files.root, "--no-run")
    try:
        server.wait_for("as recorded")
    finally:
        server.stop()


def test_a_port_that_is_taken_is_told_in_one_line(files):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        command = [sys.executable, "-m", "asrun.cli", "--root", files.root, "serve", "--no-run"]
        done = subprocess.run(
            [*command, f"--port={port}"], capture_output=True, text=True, check=False
        )
    assert done.returncode == 1
    assert f"cannot listen on 127.0.0.1:{port}" in done.stderr
    assert "Traceback" not in done.stderr

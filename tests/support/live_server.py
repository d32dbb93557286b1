"""`asrun serve` in a process of its own, read over HTTP."""

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

    def wait_for(
        self, text: str, path: str = "", patience: float = PATIENCE, pause: float = 0.1
    ) -> str:
        """Read a page until it holds a text."""
        end, page = time.monotonic() + patience, ""
        while time.monotonic() < end:
            try:
                page = self.read(path)
            except (urllib.error.URLError, ConnectionError):
                page = ""
            if text in page:
                return page
            time.sleep(pause)
        pytest.fail(f"{path or '/'} never showed {text!r}; log:\n{self.log.read_text()}")

    def stop(self) -> int:
        """Press Ctrl-C: the whole foreground group gets the signal."""
        os.killpg(self.process.pid, signal.SIGINT)
        return self.process.wait(timeout=15)

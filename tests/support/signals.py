"""Signals: as tests and their children get them, and as others hand them on."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path

_HAND_ON = """\
import os, signal, sys
ignored, blocked, *command = sys.argv[1:]
for name in filter(None, ignored.split(",")):
    signal.signal(signal.Signals[name], signal.SIG_IGN)
signal.pthread_sigmask(
    signal.SIG_BLOCK, {signal.Signals[name] for name in blocked.split(",") if name}
)
os.execvp(command[0], command)
"""


def receive_signals() -> None:
    """Let signals reach this process and its children, whatever it was started by.

    A script that starts ``make test`` in the background has it ignore Ctrl-C; a test that presses
    Ctrl-C in a child would wait for ever.
    """
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD):
        if signal.getsignal(number) == signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())


def hand_on(ignored: Sequence[str] = (), blocked: Sequence[str] = ()) -> list[str]:
    """Return a command that starts the command after it with signals ignored or blocked."""
    return [sys.executable, "-c", _HAND_ON, ",".join(ignored), ",".join(blocked)]


def list_session(leader: int) -> list[str]:
    """Return the processes of a session that have not ended."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = stat.read_text().rpartition(")")[2].split()
            if int(fields[3]) == leader and fields[0] != "Z":
                found.append(stat.parent.name)
    return found


def list_processes_with(variable: str) -> dict[str, str]:
    """Return the commands of processes with a variable that begins like ``NAME=value``."""
    found = {}
    for environ in Path("/proc").glob("[0-9]*/environ"):
        with contextlib.suppress(OSError):
            entries = environ.read_bytes().split(b"\0")
            if any(entry.startswith(variable.encode()) for entry in entries):
                command = (environ.parent / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                if environ.parent.name != str(os.getpid()):
                    found[environ.parent.name] = command
    return found


def wait_for_no_process_with(variable: str, seconds: float) -> dict[str, str]:
    """Wait until no process has a variable; return those that have it after so many seconds."""
    end = time.monotonic() + seconds
    while (found := list_processes_with(variable)) and time.monotonic() < end:
        time.sleep(0.05)
    return found

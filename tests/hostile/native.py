"""The standard: what ``python FILE`` shows a reader, in a terminal and in a pipe.

A program runs three times or more, with no part of the engine, in an environment that holds
nothing of the machine's settings:

1. in a terminal, with standard error in a second one: what it writes to which stream;
2. in a terminal that both streams share, as a reader's do: the order of all of it;
3. into a pipe, in a folder of another name: whether it depends on being in a terminal, or on
   where its file lies.

Runs 1 and 2 must agree; where they do not, no two runs of the program print the same. Where a
program writes to standard error, it runs once more with an `sys.excepthook` that marks where the
interpreter's traceback begins and ends, so that no text needs to be guessed from. The marks are
looked up in what run 2 showed.

A terminal's ``\\r\\n`` is read as ``\\n``, which is exact: it makes one of each ``\\n``. Its size
is 80 × 24. What no locale of this machine can show is not tried: under C.UTF-8 standard output
takes lone surrogates, which no reader's en_US.UTF-8 does.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import shutil
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from hostile.corpus import Program

TIMEOUT_SECONDS = 60
MARK = "\x01traceback\x02"
# `traceback` tells an exception's own lines from its frames, which the interpreter prints as one.
EXCEPTION_HOOK = """\
import os, sys, traceback
show = sys.__excepthook__
def mark_and_show(kind, error, trace):
    if os.getppid() != {parent}:
        return show(kind, error, trace)
    sys.stderr.write({mark!r})
    show(kind, error, trace)
    sys.stderr.write({mark!r})
    described = traceback.TracebackException(kind, error, None)
    pending = [described]
    while pending:
        part = pending.pop()
        part.stack, part.__cause__, part.__context__ = traceback.StackSummary(), None, None
        pending += part.exceptions or []
    with open({answer!r}, "w", encoding="utf-8", errors="backslashreplace") as file:
        file.writelines(described.format())
sys.excepthook = sys.__excepthook__ = mark_and_show
"""


@dataclass(frozen=True)
class Captured:
    """One run: both streams as text, and the exit status (``-N`` for signal N)."""

    stdout: str
    stderr: str
    status: int | None


@dataclass(frozen=True)
class Standard:
    """What a reader gets.

    ``text`` is what the terminal showed, with the traceback of the exception that ended the program
    cut down to the exception's own lines, in its place. ``beyond`` is what else stood in standard
    error.
    """

    text: str
    exception: str | None
    beyond: str
    is_stable: bool
    is_same_in_pipe: bool
    names_its_folder: bool
    status: int | None


class Native:
    """Runs programs as a reader does, in a folder of its own."""

    def __init__(self, folder: Path, python: str = sys.executable) -> None:
        self._folder = folder
        self._python = python
        self._has_fonts = False

    def observe(self, program: Program) -> Standard:
        """Return the standard for a program."""
        if "matplotlib" in program.code or "pylab" in program.code:
            self._find_fonts()
        split = self._run(program, "first", in_terminal=True)
        joined = self._run(program, "first", in_terminal=True, join=True)
        piped = self._run(program, "second", in_terminal=False)
        traceback_text, exception = "", None
        is_stable = joined.status == split.status
        if split.stderr:
            marked = self._run_marked(program)
            is_stable &= marked.stderr.replace(MARK, "") == split.stderr
            traceback_text, exception = self._read_exception(marked)
        beyond = split.stderr.replace(traceback_text, "", 1)
        if program.ends_by_exit and exception is None:
            exception, traceback_text, beyond = split.stderr or None, split.stderr, ""
        text = joined.stdout
        if beyond:  # to be refused anyhow: where it stood says nothing
            text = split.stdout
        elif traceback_text:
            before, found, after = joined.stdout.partition(traceback_text)
            is_stable &= bool(found) and before + after == split.stdout
            text = before + (exception or "") + after
        else:
            is_stable &= joined.stdout == split.stdout
        return Standard(
            text,
            exception,
            beyond,
            is_stable,
            (piped.stdout, piped.stderr == "", piped.status)
            == (split.stdout, split.stderr == "", split.status),
            str(self._folder) in text,
            split.status,
        )

    def shows_warnings(self, program: Program) -> bool:
        """Say whether a program warns, in a run in which no warning is hidden."""
        options = ("-W", "always")
        return "Warning" in self._run(program, "first", in_terminal=False, options=options).stderr

    def _run_marked(self, program: Program) -> Captured:
        """Run a program with marks around the traceback of the exception that ends it."""
        hook_folder, answer = self._folder / "hook", self._folder / "exception"
        hook_folder.mkdir(exist_ok=True)
        answer.unlink(missing_ok=True)
        hook = EXCEPTION_HOOK.format(parent=os.getpid(), mark=MARK, answer=str(answer))
        (hook_folder / "sitecustomize.py").write_text(hook, encoding="utf-8")
        variables = {"PYTHONPATH": str(hook_folder)}
        return self._run(program, "first", in_terminal=True, variables=variables)

    def _read_exception(self, marked: Captured) -> tuple[str, str | None]:
        """Return the traceback that ended a program and its exception's own lines, if one did."""
        parts, answer = marked.stderr.split(MARK), self._folder / "exception"
        if len(parts) != 3 or not answer.exists():
            return "", None
        return parts[1], find_own_lines(parts[1], answer.read_text(encoding="utf-8"))

    def _find_fonts(self) -> None:
        """Have matplotlib list the fonts once: it says so on standard error, and takes seconds."""
        if not self._has_fonts:
            code = "import matplotlib.pyplot"
            environment = self._make_environment(self._folder)
            subprocess.run(
                [self._python, "-c", code], env=environment, check=True, capture_output=True
            )
            self._has_fonts = True

    def _make_environment(self, home: Path) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "TMPDIR": str(home),
            "LANG": "C.UTF-8",
            "TERM": "dumb",  # newer versions of Python colour their tracebacks for others
            "MPLCONFIGDIR": str(self._folder / "matplotlib"),
        }

    def _run(
        self,
        program: Program,
        place: str,
        *,
        in_terminal: bool,
        join: bool = False,
        options: Sequence[str] = (),
        variables: dict[str, str] | None = None,
    ) -> Captured:
        """Run a program from an empty folder, its file in another one."""
        folder = self._folder / place
        shutil.rmtree(folder, ignore_errors=True)
        for name in ("code", "empty", "home"):
            (folder / name).mkdir(parents=True)
        file = folder / "code" / f"{program.name}.py"
        file.write_text(program.source, encoding="utf-8")
        command = [self._python, *options, str(file)]
        environment = self._make_environment(folder / "home") | (variables or {})
        if in_terminal:
            return run_in_terminal(command, folder / "empty", environment, join=join)
        return run_into_pipe(command, folder / "empty", environment)


def find_own_lines(traceback_text: str, own_lines: str) -> str:
    """Return an exception's own lines, as they stand in the interpreter's traceback.

    They are its last ones, and the interpreter's, which may say more than `traceback` knows ("Did
    you mean"). Those of a group stand between its members' frames, in the same order.
    """
    count = len(own_lines.splitlines())
    lines = traceback_text.splitlines(keepends=True)
    if "Exception Group Traceback" not in lines[0]:
        return "".join(lines[-count:])
    remaining = iter(lines)
    assert all(line in remaining for line in own_lines.splitlines(keepends=True)), traceback_text
    return own_lines


def run_in_terminal(
    command: Sequence[str], folder: Path, environment: dict[str, str], *, join: bool
) -> Captured:
    """Run a command in a terminal of its own, and standard error in another, or ``join`` them."""
    terminals = [_open_terminal() for _ in range(1 if join else 2)]
    with _start(command, folder, environment, *(slave for _, slave in terminals)) as process:
        for _, slave in terminals:
            os.close(slave)
        masters = [master for master, _ in terminals]
        texts = _read_to_the_end(process, masters)
        for master in masters:
            os.close(master)
    shown = [text.replace("\r\n", "\n") for text in texts]
    return Captured(shown[0], "" if join else shown[1], process.returncode)


def run_into_pipe(command: Sequence[str], folder: Path, environment: dict[str, str]) -> Captured:
    """Run a command with both streams in pipes and nothing to read."""
    pipes = [os.pipe(), os.pipe()]
    with open(os.devnull, "rb") as nothing:
        writers = [writer for _, writer in pipes]
        process = _start(command, folder, environment, *writers, stdin=nothing.fileno())
    with process:
        for writer in writers:
            os.close(writer)
        readers = [reader for reader, _ in pipes]
        stdout, stderr = _read_to_the_end(process, readers)
        for reader in readers:
            os.close(reader)
    return Captured(stdout, stderr, process.returncode)


def _open_terminal() -> tuple[int, int]:
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    return master, slave


def _start(
    command: Sequence[str],
    folder: Path,
    environment: dict[str, str],
    stdout: int,
    stderr: int | None = None,
    stdin: int | None = None,
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdin=stdout if stdin is None else stdin,
        stdout=stdout,
        stderr=stdout if stderr is None else stderr,
        start_new_session=True,
    )


def _read_to_the_end(process: subprocess.Popen[bytes], handles: Sequence[int]) -> list[str]:
    """Read until nobody can write there any more; end what takes too long."""
    written: dict[int, bytes] = dict.fromkeys(handles, b"")
    open_handles, deadline = set(handles), time.monotonic() + TIMEOUT_SECONDS
    while open_handles:
        seconds_left = deadline - time.monotonic()
        ready, _, _ = select.select(list(open_handles), [], [], max(0, seconds_left))
        if not ready and seconds_left <= 0:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            break
        for handle in ready:
            try:
                chunk = os.read(handle, 65536)
            except OSError:  # a terminal's way to say that it is closed
                chunk = b""
            written[handle] += chunk
            if not chunk:
                open_handles.remove(handle)
    return [written[handle].decode("utf-8", "backslashreplace") for handle in handles]

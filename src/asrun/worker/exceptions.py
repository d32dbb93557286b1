"""What a page shows of the exception that ends a program: its own lines, where Python writes them.

Frames are left out, and so are earlier exceptions of a chain: they hold paths of the machine. The
module imports nothing of the package: other interpreters execute its file (`make_plain_run_setup`).
"""

from __future__ import annotations

import io
import json
import os
import sys
import threading
import traceback
import types
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .protocol import ExceptionReport


def describe_exception(error: BaseException, filename: str) -> ExceptionReport:
    """Return a report of the exception that ended a program compiled as ``filename``."""
    line_numbers = [
        frame.lineno
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename == filename
    ]
    if isinstance(error, SyntaxError) and error.filename == filename:
        line_numbers.append(error.lineno)
    return {
        "name": type(error).__name__,
        "qualified_name": f"{type(error).__module__}.{type(error).__qualname__}",
        "line": (line_numbers[-1] if line_numbers else None) or 1,
        "text": escape_surrogates("".join(traceback.format_exception_only(error))).rstrip(),
        "is_warning": isinstance(error, Warning),
    }


def find_own_lines(whole_traceback: str, own_lines: str) -> str:
    """Return an exception's own lines as they stand at the end of its traceback.

    Args:
        whole_traceback: what the interpreter prints, suggestions ("Did you mean") among it.
        own_lines: the same lines as `traceback` knows them: it may lack the suggestions.
    """
    # A group's own lines stand above its members, behind a margin, which is left out.
    in_margin = "".join(f"  | {line}" for line in own_lines.splitlines(keepends=True))
    if in_margin in whole_traceback:
        return own_lines
    lines = whole_traceback.splitlines(keepends=True)
    return "".join(lines[-len(own_lines.splitlines()) :])


def escape_surrogates(text: str) -> str:
    """Return a text with escapes for what UTF-8 cannot hold, as standard error has them."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


class ExceptionHook:
    """Takes the place of `sys.excepthook`: prints an exception's own lines to standard output.

    It does so only where Python would print the traceback to the standard error that the process
    began with. In processes that the program forks, and where the program has replaced
    `sys.stderr`, the interpreter's own hook prints.
    """

    def __init__(self, filename: str, report_file: Path | None = None) -> None:
        """Remember the interpreter's own hook and this process.

        Args:
            filename: the name that the program was compiled as.
            report_file: where to write the exception's report, unless somebody else does.
        """
        self._print_traceback = sys.__excepthook__
        self._process = os.getpid()
        self._stderr = sys.stderr
        self._filename = filename
        self._report_file = report_file

    def __repr__(self) -> str:
        return "<built-in function excepthook>"

    def __call__(
        self, kind: type[BaseException], error: BaseException, trace: types.TracebackType | None
    ) -> None:
        """Print what is to be shown of an exception."""
        if os.getpid() != self._process or sys.stderr is not self._stderr:
            self._print_traceback(kind, error, trace)
            return
        whole_traceback = io.StringIO()
        sys.stderr = whole_traceback
        try:
            self._print_traceback(kind, error, trace)
        finally:
            sys.stderr = self._stderr
        own_lines = "".join(traceback.format_exception_only(error))
        write_to_stdout(find_own_lines(whole_traceback.getvalue(), own_lines))
        if self._report_file:
            report = json.dumps(describe_exception(error, self._filename))
            self._report_file.write_text(report, encoding="utf-8")


def install_exception_hook(hook: ExceptionHook) -> None:
    """Make a hook that of this interpreter, and what programs know as the original one."""
    sys.excepthook = hook
    sys.__excepthook__ = hook


def write_to_stdout(text: str) -> None:
    """Write a text to the descriptor of standard output, past the program's own buffer."""
    data = text.encode("utf-8", "backslashreplace")
    while data:
        data = data[os.write(1, data) :]


class ExitAwareStderr(io.TextIOWrapper):
    """Standard error of a plain run: what the interpreter itself writes there goes to the output.

    ``sys.exit("text")`` has the interpreter write the text when the last frame of the program is
    gone. Nothing else is written without a frame before the exit handlers run.
    """

    is_ending = False

    def write(self, text: str) -> int:
        """Write a text, to standard output where no Python code asks for it."""
        if not self.is_ending and not has_caller():
            write_to_stdout(text)
            return len(text)
        return super().write(text)


def has_caller() -> bool:
    """Say whether the method that calls this was itself called by Python code."""
    try:
        sys._getframe(2)
    except ValueError:
        return False
    return True


def prepare_plain_run(filename: str, report_file: Path) -> None:
    """Have this interpreter, which begins to run a program, report how the program ends."""
    process, wait_for_threads = os.getpid(), threading._shutdown  # type: ignore[attr-defined]
    stderr: Any = ExitAwareStderr(
        open(2, "wb", closefd=False),  # noqa: SIM115
        encoding="utf-8",
        errors="backslashreplace",
        line_buffering=True,
    )
    stderr.buffer.raw.name, stderr.mode = "<stderr>", "w"
    sys.stderr = sys.__stderr__ = stderr  # type: ignore[misc]

    def begin_the_end(*arguments: Any) -> None:
        stderr.is_ending = os.getpid() == process or stderr.is_ending
        wait_for_threads(*arguments)

    threading._shutdown = begin_the_end  # type: ignore[attr-defined]
    install_exception_hook(ExceptionHook(filename, report_file))


def make_plain_run_setup(folder: Path, filename: str) -> str:
    """Return a ``sitecustomize`` that calls `prepare_plain_run` and leaves no other trace.

    Args:
        folder: the job's folder; the module lies in its folder ``site``.
        filename: the program's file.
    """
    return f"""\
import os, sys
from pathlib import Path
sys.path.remove({str(folder / "site")!r})
os.environ.pop("PYTHONPATH", None)
exceptions = __import__("types").ModuleType("asrun_exceptions")
code = Path({__file__!r}).read_text(encoding="utf-8")
exec(compile(code, {__file__!r}, "exec"), vars(exceptions))
exceptions.prepare_plain_run({filename!r}, Path({str(folder / "exception")!r}))
"""

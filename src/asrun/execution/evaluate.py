"""Evaluates what a worker says of a program: its two outcomes become a run, or an error.

It starts no process and reads no file. Nothing is raised: errors are returned as values.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from asrun.base.errors import RunError
from asrun.base.text import find_first_difference
from asrun.execution.jobs import DEFAULT_TIMEOUT_SECONDS, compute_time_limit
from asrun.execution.result import Run
from asrun.snippets.snippet import Snippet
from asrun.worker.protocol import ExceptionReport, Outcome, RefusalKind, Report

# What programs print when the kernel refuses them the network or a write. A denial that names a
# relative path is the program's own affair: its folder is writable.
_NO_NETWORK_MESSAGE = re.compile(
    r"Network is unreachable|Temporary failure in name resolution|Name or service not known"
    r"|[Cc]ould not resolve host"
)
_NOT_WRITABLE_MESSAGE = re.compile(r"Permission denied: '(?!\.)[^']*'|[^\s:]+: Permission denied")
_TRACEBACK_HEADER = "Traceback (most recent call last):\n"


def evaluate_runs(
    snippet: Snippet,
    outcomes: Sequence[Outcome | None],
    timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS,
) -> Run | RunError:
    """Return a snippet's run if it did what it declares, and the same both times.

    Args:
        snippet: the program.
        outcomes: its two outcomes; None for one that never came.
        timeout_seconds: how long most programs may take, by the clock.
    """
    runs = []
    for outcome in outcomes:
        run = evaluate_outcome(snippet, outcome, compute_time_limit(snippet, timeout_seconds))
        if isinstance(run, RunError):
            return run
        runs.append(run)
    first, second = runs
    return check_determinism(snippet, first, second)


def evaluate_outcome(
    snippet: Snippet, outcome: Outcome | None, time_limit: float
) -> Run | RunError:
    """Return the run that an outcome tells of, if the program did what it declares.

    Args:
        snippet: the program.
        outcome: how its job ended; None if its worker ended first.
        time_limit: how many seconds it might take.
    """
    if outcome is None:
        return RunError(
            snippet.locate_line(),
            "the worker that ran it ended",
            f"Run it again, or see what memory `.venv/bin/python {snippet.path}` takes.",
        )
    if error := _check_limits(snippet, outcome, time_limit):
        return error
    report, exit_code, seconds = outcome["report"], outcome["exit_code"], outcome["seconds"]
    stdout, stderr = outcome["stdout"], outcome["stderr"]
    if report is not None:
        return _evaluate_report(snippet, report, stdout, stderr, seconds)
    if exit_code == 1 and _TRACEBACK_HEADER in stderr:
        exception, stderr = _parse_traceback(stderr)
        return _evaluate_plain_run(snippet, stdout, stderr, exception, seconds)
    if exit_code == 0 and outcome["plain"]:
        return _evaluate_plain_run(snippet, stdout, stderr, None, seconds)
    return RunError(
        snippet.locate_line(),
        f"crashed the interpreter (signal {-exit_code})"
        if exit_code < 0
        else f"ended the interpreter with exit code {exit_code}, past its last line",
        f"`.venv/bin/python {snippet.path}` shows it.",
    )


def check_determinism(snippet: Snippet, first: Run, second: Run) -> Run | RunError:
    """Return one run that stands for both, or what the second did otherwise."""
    if difference := find_first_difference(first.output, second.output):
        return RunError(
            snippet.locate_line(),
            f"prints something else on a second run: line {difference.number} is "
            f"`{difference.first}`, then `{difference.second}`",
            "Set the seed it depends on, and sort what comes from a set.",
        )
    if (first.tensors, first.plots) != (second.tensors, second.plots):
        return RunError(
            snippet.locate_line(),
            "draws something else on a second run",
            "Set the seed it depends on.",
        )
    return replace(first, seconds=first.seconds + second.seconds)


def _evaluate_report(
    snippet: Snippet, report: Report, stdout: str, stderr: str, seconds: float
) -> Run | RunError:
    """Evaluate a run that came to its end in the worker."""
    output = stdout
    if report["exception"]:
        output += report["exception"]["text"] + "\n"
    figure_count = len(snippet.drawings) + len(report["plots"])
    error = (
        _check_exception(snippet, report["exception"])
        or _check_stderr(snippet, stderr)
        or _check_drawings(snippet, report["missing_names"])
        or _check_figures(snippet, figure_count, report["unshown_figures"])
        or _check_output(snippet, output, has_figures=figure_count > 0)
    )
    if error:
        return error
    return Run(output, report["tensors"], tuple(report["plots"]), report["versions"], seconds)


def _evaluate_plain_run(
    snippet: Snippet, stdout: str, stderr: str, exception: ExceptionReport | None, seconds: float
) -> Run | RunError:
    """Evaluate a run without a report, as those of ``python FILE`` are: nobody counted figures."""
    output = stdout
    if exception:
        output += exception["text"] + "\n"
    may_draw = "plt.show()" in snippet.source or bool(snippet.drawings)
    error = (
        _check_exception(snippet, exception)
        or _check_stderr(snippet, stderr)
        or _check_output(snippet, output, has_figures=may_draw)
    )
    return error or Run(output, seconds=seconds)


def _parse_traceback(stderr: str) -> tuple[ExceptionReport, str]:
    """Read the last traceback of a program that ended in one; return also what stands above it."""
    earlier_text, _, traceback = f"\n{stderr}".rpartition(f"\n{_TRACEBACK_HEADER}")
    # Frames are indented, the exception below them is not. The first frame is the program's own.
    exception_text = re.search(r"^\S.*", traceback, re.MULTILINE | re.DOTALL)
    text = exception_text[0].rstrip() if exception_text else ""
    line = re.search(r'^  File "[^"]*", line (\d+)', traceback, re.MULTILINE)
    qualified_name = re.split(r"[:\s]", text, maxsplit=1)[0]
    exception: ExceptionReport = {
        "name": qualified_name.rpartition(".")[2],
        "qualified_name": qualified_name,
        "line": int(line[1]) if line else 1,
        "text": text,
        "is_warning": qualified_name.endswith("Warning"),
    }
    return exception, earlier_text


def _check_limits(snippet: Snippet, outcome: Outcome, time_limit: float) -> RunError | None:
    """Check that a program was neither refused anything nor killed."""
    if refusal := outcome["refusal"]:
        return _make_refusal_error(snippet, refusal["kind"], refusal["action"], refusal["line"])
    if outcome["exceeded_limit"]:
        return RunError(
            snippet.locate_line(),
            f"{outcome['exceeded_limit']}, and was ended",
            "Make it smaller, and end what it starts.",
        )
    if outcome["is_overdue"]:
        return RunError(
            snippet.locate_line(),
            f"still running after {time_limit:g} s",
            "Its processes were ended. Make it smaller, or find what it waits for.",
        )
    return None


def _check_exception(snippet: Snippet, exception: ExceptionReport | None) -> RunError | None:
    """Check that a program ended in the exception that it declares, or in none if it does not."""
    expected = snippet.expected_exception
    if exception is None:
        if expected is None:
            return None
        return RunError(
            snippet.locate_line(),
            f"declares `# raises: {expected}` and ends without an exception",
            "Delete the directive, or find out why it no longer raises.",
        )
    if expected in (exception["name"], exception["qualified_name"]):
        return None
    return _find_kernel_refusal(
        snippet, exception["text"], exception["line"]
    ) or _make_exception_error(snippet, exception)


def _make_exception_error(snippet: Snippet, exception: ExceptionReport) -> RunError:
    """Return the error of a program that ended in an exception that it does not declare."""
    expected = snippet.expected_exception
    first_line = next(iter(exception["text"].splitlines()), "")
    location = snippet.locate_line(exception["line"])
    if expected:
        return RunError(
            location, f"ends in `{first_line}`, not in {expected}", "Declare what it raises."
        )
    if exception["is_warning"]:
        return RunError(location, f"warns: `{first_line}`", "Use what the warning recommends.")
    return RunError(
        location, f"raises `{first_line}`", "Mend it, or declare `# raises:` if that is its point."
    )


def _check_stderr(snippet: Snippet, stderr: str) -> RunError | None:
    if error := _find_kernel_refusal(snippet, stderr, None):
        return error
    if not stderr.strip():
        return None
    return RunError(
        snippet.locate_line(),
        f"writes to stderr: `{stderr.strip().splitlines()[-1]}`",
        "Print to stdout what readers should see, and silence or mend the rest.",
    )


def _check_drawings(snippet: Snippet, missing_names: Sequence[str]) -> RunError | None:
    """Check that every variable that the program's drawings show is a tensor."""
    if not missing_names:
        return None
    name = missing_names[0]
    drawing = next(drawing for drawing in snippet.drawings if name in drawing.variable_names)
    return RunError(
        drawing.location,
        f"`# draw:` asks for `{name}`, and the program ends without a tensor of that name",
        "Name variables that are tensors when the program has ended.",
    )


def _check_figures(snippet: Snippet, figure_count: int, unshown_count: int) -> RunError | None:
    """Check that every figure is shown and has an alt text."""
    if unshown_count:
        return RunError(
            snippet.locate_line(), "a figure is drawn and not shown", "End with `plt.show()`."
        )
    text_count = len(snippet.get_alt_texts("zh"))  # there are as many in each language
    if figure_count == text_count:
        return None
    return RunError(
        snippet.locate_line(),
        f"{figure_count} figures and {text_count} alt texts",
        "Write one `# figure.zh:` and one `# figure.en:` for each figure, in order.",
    )


def _check_output(snippet: Snippet, output: str, *, has_figures: bool) -> RunError | None:
    if not output and not has_figures:
        return RunError(
            snippet.locate_line(), "prints nothing and draws nothing", "Show what it proves."
        )
    if output and not output.endswith("\n"):
        return RunError(
            snippet.locate_line(),
            "its output does not end with a newline",
            "Print the last line whole.",
        )
    return None


def _find_kernel_refusal(snippet: Snippet, text: str, line: int | None) -> RunError | None:
    """Return the error for what the kernel refused, if a message of the program says so.

    The audit hook sees Python code in the program's own process. Of what other programs tried,
    their messages are all that there is.
    """
    if "network" not in snippet.needs and (match := _NO_NETWORK_MESSAGE.search(text)):
        return _make_refusal_error(snippet, "network", match[0], line)
    if match := _NOT_WRITABLE_MESSAGE.search(text):
        return _make_refusal_error(snippet, "write", match[0], line)
    return None


def _make_refusal_error(
    snippet: Snippet, kind: RefusalKind, action: str, line: int | None
) -> RunError:
    """Return the error of a program that tried to leave its sandbox."""
    location = snippet.locate_line(line or 1)
    if kind == "network":
        return RunError(
            location,
            f"tries to reach the network without `# needs: network` ({action})",
            "Declare `# needs: network`, or use data that is here.",
        )
    return RunError(
        location,
        f"writes outside its folder ({action})",
        "Write to the current folder, or to a temporary one (`tempfile`).",
    )

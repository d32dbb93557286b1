"""The judge: turns what a worker reports of a program into a run, or says what is wrong with it.

Pure: the processes are the runner's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from asrun.base.errors import RunError
from asrun.base.text import find_first_difference
from asrun.execution.jobs import DEFAULT_TIMEOUT_SECONDS, compute_time_limit
from asrun.execution.result import Run
from asrun.snippets.snippet import Snippet

# What programs say when there is no network, and when they may not write (a file that they may
# read or not is another matter: the fence hides none).
_NO_NETWORK_MESSAGE = re.compile(
    r"Network is unreachable|Temporary failure in name resolution|Name or service not known"
    r"|[Cc]ould not resolve host"
)
_NOT_WRITABLE_MESSAGE = re.compile(r"Permission denied: '(?!\.)[^']*'|[^\s:]+: Permission denied")


def evaluate_outcome(snippet: Snippet, outcome: Mapping[str, Any], seconds: float) -> Run:
    """Turn a worker's outcome into a run.

    Raises:
        RunError: if the program did anything but what it declares.
    """
    if "server" in outcome:
        raise RunError(
            snippet.locate_line(),
            "the worker that ran it ended",
            f"Run it again, or see what memory `.venv/bin/python {snippet.path}` takes.",
        )
    if refusal := outcome["refused"]:
        raise _make_refusal_error(snippet, refusal["kind"], refusal["what"], refusal["line"])
    if outcome["stopped"]:
        raise RunError(
            snippet.locate_line(),
            f"{outcome['stopped']}, and was ended",
            "Make it smaller, and end what it starts.",
        )
    if outcome["overdue"]:
        raise RunError(
            snippet.locate_line(),
            f"still running after {seconds:g} s",
            "Its processes were ended. Make it smaller, or find what it waits for.",
        )
    report = outcome["report"]
    if report is None and (outcome["plain"] or _has_traceback(outcome)):
        return _evaluate_plain_run(snippet, outcome)
    if report is None:
        raise RunError(
            snippet.locate_line(),
            _describe_crash(outcome),
            f"`.venv/bin/python {snippet.path}` shows it.",
        )
    output = outcome["stdout"]
    _check_exception(snippet, report["exception"])
    if report["exception"]:
        output += report["exception"]["text"] + "\n"
    _check_stderr(snippet, outcome["stderr"])
    if report["missing"]:
        name = report["missing"][0]
        drawing = next(drawing for drawing in snippet.drawings if name in drawing.variable_names)
        raise RunError(
            drawing.location,
            f"`# draw:` asks for `{name}`, and the program ends without a tensor of that name",
            "Name variables that are tensors when the program has ended.",
        )
    if report["unshown"]:
        raise RunError(
            snippet.locate_line(), "a figure is drawn and not shown", "End with `plt.show()`."
        )
    figure_count = len(snippet.drawings) + len(report["plots"])
    if figure_count != len(snippet.get_alt_texts("zh")):
        raise RunError(
            snippet.locate_line(),
            f"{figure_count} figures and {len(snippet.get_alt_texts('zh'))} alt texts",
            "Write one `# figure.zh:` and one `# figure.en:` for each figure, in order.",
        )
    _check_output(snippet, output, bool(figure_count))
    plots = tuple(report["plots"])
    return Run(output, report["tensors"], plots, report["versions"], outcome["seconds"])


def _make_refusal_error(snippet: Snippet, kind: str, action: str, line: int | None) -> RunError:
    """Return the error of a program that was kept from reaching beyond itself."""
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


def _check_kernel_refusals(snippet: Snippet, text: str, line: int | None) -> None:
    """Name what the kernel refused where the worker's hook was not: in other programs."""
    if "network" not in snippet.needs and (match := _NO_NETWORK_MESSAGE.search(text)):
        raise _make_refusal_error(snippet, "network", match[0], line)
    if match := _NOT_WRITABLE_MESSAGE.search(text):
        raise _make_refusal_error(snippet, "write", match[0], line)


def _evaluate_plain_run(snippet: Snippet, outcome: Mapping[str, Any]) -> Run:
    """Judge a run of ``python FILE``: exit status and the traceback are all there is."""
    output, stderr = outcome["stdout"], outcome["stderr"]
    exception = None
    if outcome["exit"] != 0:
        if not _has_traceback(outcome):
            raise RunError(
                snippet.locate_line(),
                _describe_crash(outcome),
                f"`.venv/bin/python {snippet.path}` shows it.",
            )
        earlier_stderr, _, traceback_text = stderr.rpartition(
            "\nTraceback (most recent call last):\n"
        )
        line_numbers = re.findall(
            r'^  File "[^"]*", line (\d+)', traceback_text or stderr, re.MULTILINE
        )
        exception_text = re.split(r"^(?=\S)", traceback_text or stderr, flags=re.MULTILINE)[
            -1
        ].rstrip()
        qualified_name = re.split(r"[:\s]", exception_text, maxsplit=1)[0]
        exception = {
            "type": qualified_name.rpartition(".")[2],
            "qualified": qualified_name,
            "line": int(line_numbers[0]) if line_numbers else 1,
            "text": exception_text,
            "warning": qualified_name.endswith("Warning"),
        }
        stderr = earlier_stderr if traceback_text else ""
    _check_exception(snippet, exception)
    _check_stderr(snippet, stderr)
    if exception:
        output += f"{exception['text']}\n"
    _check_output(snippet, output, "plt.show()" in snippet.source or bool(snippet.drawings))
    return Run(output, seconds=outcome["seconds"])


def _check_exception(snippet: Snippet, exception: Mapping[str, Any] | None) -> None:
    if exception is None:
        if snippet.expected_exception:
            raise RunError(
                snippet.locate_line(),
                f"declares `# raises: {snippet.expected_exception}` and ends without an exception",
                "Delete the directive, or find out why it no longer raises.",
            )
        return
    if snippet.expected_exception in (exception["type"], exception["qualified"]):
        return
    _check_kernel_refusals(snippet, exception["text"], exception["line"])
    first_line = exception["text"].splitlines()[0]
    location = snippet.locate_line(exception["line"])
    if snippet.expected_exception:
        raise RunError(
            location,
            f"ends in `{first_line}`, not in {snippet.expected_exception}",
            "Declare what it raises.",
        )
    if exception["warning"]:
        raise RunError(location, f"warns: `{first_line}`", "Use what the warning recommends.")
    raise RunError(
        location, f"raises `{first_line}`", "Mend it, or declare `# raises:` if that is its point."
    )


def _check_stderr(snippet: Snippet, stderr: str) -> None:
    _check_kernel_refusals(snippet, stderr, None)
    if stderr.strip():
        raise RunError(
            snippet.locate_line(),
            f"writes to stderr: `{stderr.strip().splitlines()[-1]}`",
            "Print to stdout what readers should see, and silence or mend the rest.",
        )


def _check_output(snippet: Snippet, output: str, has_figures: bool) -> None:
    if not output and not has_figures:
        raise RunError(
            snippet.locate_line(), "prints nothing and draws nothing", "Show what it proves."
        )
    if output and not output.endswith("\n"):
        raise RunError(
            snippet.locate_line(),
            "its output does not end with a newline",
            "Print the last line whole.",
        )


def check_determinism(snippet: Snippet, first: Run, second: Run) -> Run | RunError:
    """Return the run that both are, or what the second did otherwise."""
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


def _describe_crash(outcome: Mapping[str, Any]) -> str:
    exit_code = outcome["exit"]
    if exit_code < 0:
        return f"crashed the interpreter (signal {-exit_code})"
    return f"ended the interpreter with exit code {exit_code}, past its last line"


def _has_traceback(outcome: Mapping[str, Any]) -> bool:
    return outcome["exit"] == 1 and "Traceback (most recent call last):" in outcome["stderr"]


def evaluate_runs(
    snippet: Snippet,
    outcomes: Sequence[Mapping[str, Any]],
    seconds: float = DEFAULT_TIMEOUT_SECONDS,
) -> Run | RunError:
    """Judge a snippet's two runs; they must have done the same."""
    try:
        time_limit = compute_time_limit(snippet, seconds)
        first, second = (evaluate_outcome(snippet, outcome, time_limit) for outcome in outcomes)
    except RunError as error:
        return error
    return check_determinism(snippet, first, second)

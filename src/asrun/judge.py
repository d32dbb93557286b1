"""The judge: turns what a worker reports of a program into a run, or says what is wrong with it.

Pure: the processes are the runner's.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from asrun.errors import RunError
from asrun.snippet import Snippet

_NAMES = re.compile(r"[^\W\d]\w*")

# What programs say when there is no network, and when they may not write (a file that they may
# read or not is another matter: the fence hides none).
_NO_NETWORK = re.compile(
    r"Network is unreachable|Temporary failure in name resolution|Name or service not known"
    r"|[Cc]ould not resolve host"
)
_NOT_WRITABLE = re.compile(r"Permission denied: '(?!\.)[^']*'|[^\s:]+: Permission denied")


@dataclass(frozen=True)
class Run:
    """What a program did, proven: its output, the tensors it asks to draw, its plots as SVG.

    ``output`` is what it printed, followed by the exception it declares, as Python prints it.
    ``seconds`` is what it took, or what both runs of a proof took; it says nothing of the program.
    """

    output: str
    tensors: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    plots: tuple[str, ...] = ()
    versions: Mapping[str, str] = field(default_factory=dict)
    seconds: float = field(default=0.0, compare=False)


@dataclass(frozen=True)
class NotRun:
    """Why a program was not run here; a fact to show, not an error."""

    needs: str


def judge(snippet: Snippet, outcome: Mapping[str, Any], seconds: float) -> Run:
    """Turn a worker's outcome into a run.

    Raises:
        RunError: if the program did anything but what it declares.
    """
    if "server" in outcome:
        raise RunError(
            snippet.place(),
            "the worker that ran it ended",
            f"Run it again, or see what memory `.venv/bin/python {snippet.path}` takes.",
        )
    if refused := outcome["refused"]:
        raise _refused(snippet, refused["kind"], refused["what"], refused["line"])
    if outcome["stopped"]:
        raise RunError(
            snippet.place(),
            f"{outcome['stopped']}, and was ended",
            "Make it smaller, and end what it starts.",
        )
    if outcome["overdue"]:
        raise RunError(
            snippet.place(),
            f"still running after {seconds:g} s",
            "Its processes were ended. Make it smaller, or find what it waits for.",
        )
    report = outcome["report"]
    if report is None and (outcome["plain"] or _is_traceback(outcome)):
        return _judge_plain(snippet, outcome)
    if report is None:
        raise RunError(
            snippet.place(), _crash(outcome), f"`.venv/bin/python {snippet.path}` shows it."
        )
    output = outcome["stdout"]
    _check_exception(snippet, report["exception"])
    if report["exception"]:
        output += report["exception"]["text"] + "\n"
    _check_stderr(snippet, outcome["stderr"])
    if report["missing"]:
        name = report["missing"][0]
        drawing = next(d for d in snippet.drawings if name in _NAMES.findall(d.value))
        raise RunError(
            snippet.place(drawing.line),
            f"`# draw:` asks for `{name}`, and the program ends without a tensor of that name",
            "Name variables that are tensors when the program has ended.",
        )
    if report["unshown"]:
        raise RunError(snippet.place(), "a figure is drawn and not shown", "End with `plt.show()`.")
    figures = len(snippet.drawings) + len(report["plots"])
    if figures != len(snippet.alt("zh")):
        raise RunError(
            snippet.place(),
            f"{figures} figures and {len(snippet.alt('zh'))} alt texts",
            "Write one `# figure.zh:` and one `# figure.en:` for each figure, in order.",
        )
    _check_output(snippet, output, bool(figures))
    plots = tuple(report["plots"])
    return Run(output, report["tensors"], plots, report["versions"], outcome["seconds"])


def _refused(snippet: Snippet, kind: str, what: str, line: int | None) -> RunError:
    """Return the error of a program that was kept from reaching beyond itself."""
    place = snippet.place(line or 1)
    if kind == "network":
        return RunError(
            place,
            f"tries to reach the network without `# needs: network` ({what})",
            "Declare `# needs: network`, or use data that is here.",
        )
    return RunError(
        place,
        f"writes outside its folder ({what})",
        "Write to the current folder, or to a temporary one (`tempfile`).",
    )


def _check_kernel(snippet: Snippet, text: str, line: int | None) -> None:
    """Name what the kernel refused where the worker's hook was not: in other programs."""
    if "network" not in snippet.needs and (found := _NO_NETWORK.search(text)):
        raise _refused(snippet, "network", found[0], line)
    if found := _NOT_WRITABLE.search(text):
        raise _refused(snippet, "write", found[0], line)


def _judge_plain(snippet: Snippet, outcome: Mapping[str, Any]) -> Run:
    """Judge a run of ``python FILE``: exit status and the traceback are all there is."""
    output, stderr = outcome["stdout"], outcome["stderr"]
    exception = None
    if outcome["exit"] != 0:
        if not _is_traceback(outcome):
            raise RunError(
                snippet.place(), _crash(outcome), f"`.venv/bin/python {snippet.path}` shows it."
            )
        head, _, last = stderr.rpartition("\nTraceback (most recent call last):\n")
        frames = re.findall(r'^  File "[^"]*", line (\d+)', last or stderr, re.MULTILINE)
        text = re.split(r"^(?=\S)", last or stderr, flags=re.MULTILINE)[-1].rstrip()
        qualified = re.split(r"[:\s]", text, maxsplit=1)[0]
        exception = {
            "type": qualified.rpartition(".")[2],
            "qualified": qualified,
            "line": int(frames[0]) if frames else 1,
            "text": text,
            "warning": qualified.endswith("Warning"),
        }
        stderr = head if last else ""
    _check_exception(snippet, exception)
    _check_stderr(snippet, stderr)
    if exception:
        output += f"{exception['text']}\n"
    _check_output(snippet, output, "plt.show()" in snippet.source or bool(snippet.drawings))
    return Run(output, seconds=outcome["seconds"])


def _check_exception(snippet: Snippet, exception: Mapping[str, Any] | None) -> None:
    if exception is None:
        if snippet.raises:
            raise RunError(
                snippet.place(),
                f"declares `# raises: {snippet.raises}` and ends without an exception",
                "Delete the directive, or find out why it no longer raises.",
            )
        return
    if snippet.raises in (exception["type"], exception["qualified"]):
        return
    _check_kernel(snippet, exception["text"], exception["line"])
    first = exception["text"].splitlines()[0]
    place = snippet.place(exception["line"])
    if snippet.raises:
        raise RunError(
            place, f"ends in `{first}`, not in {snippet.raises}", "Declare what it raises."
        )
    if exception["warning"]:
        raise RunError(place, f"warns: `{first}`", "Use what the warning recommends.")
    raise RunError(
        place, f"raises `{first}`", "Mend it, or declare `# raises:` if that is its point."
    )


def _check_stderr(snippet: Snippet, stderr: str) -> None:
    _check_kernel(snippet, stderr, None)
    if stderr.strip():
        raise RunError(
            snippet.place(),
            f"writes to stderr: `{stderr.strip().splitlines()[-1]}`",
            "Print to stdout what readers should see, and silence or mend the rest.",
        )


def _check_output(snippet: Snippet, output: str, draws: bool) -> None:
    if not output and not draws:
        raise RunError(snippet.place(), "prints nothing and draws nothing", "Show what it proves.")
    if output and not output.endswith("\n"):
        raise RunError(
            snippet.place(), "its output does not end with a newline", "Print the last line whole."
        )


def same(snippet: Snippet, first: Run, second: Run) -> Run | RunError:
    """Return the run that both are, or what the second did otherwise."""
    if first.output != second.output:
        lines = itertools.zip_longest(first.output.splitlines(), second.output.splitlines())
        number, (one, two) = next(
            (n, pair) for n, pair in enumerate(lines, 1) if pair[0] != pair[1]
        )
        return RunError(
            snippet.place(),
            f"prints something else on a second run: line {number} is `{one}`, then `{two}`",
            "Set the seed it depends on, and sort what comes from a set.",
        )
    if (first.tensors, first.plots) != (second.tensors, second.plots):
        return RunError(
            snippet.place(),
            "draws something else on a second run",
            "Set the seed it depends on.",
        )
    return replace(first, seconds=first.seconds + second.seconds)


def _crash(outcome: Mapping[str, Any]) -> str:
    code = outcome["exit"]
    if code < 0:
        return f"crashed the interpreter (signal {-code})"
    return f"ended the interpreter with exit code {code}, past its last line"


def _is_traceback(outcome: Mapping[str, Any]) -> bool:
    return outcome["exit"] == 1 and "Traceback (most recent call last):" in outcome["stderr"]


def drawn_names(snippet: Snippet) -> list[str]:
    """Return the variables that its `# draw:` directives name, each once."""
    names = (name for drawing in snippet.drawings for name in _NAMES.findall(drawing.value))
    return list(dict.fromkeys(names))

"""The rules of fences: what stands in one was run, or it looks like nothing that was run.

Besides includes there are four forms, and no fence may look like the output of a program:

- a signature: ``text``, without a title, checked against the installed torch (`signatures`);
- shell commands: ``bash``; a test of the project runs them;
- code that is not run: ``python`` or ``bash`` below ``<!-- not run: REASON -->``;
- a message that others saw: ``text`` below ``<!-- reported: https://... -->``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from asrun.base.errors import PageError
from asrun.pages.page import INCLUDE_PATTERN, Fence, Page, PageStructure

_SHELL_INFO = re.compile(
    r"\W*(bash|sh|shell|console|zsh|powershell|shell-session)\b", re.IGNORECASE
)
_URL = re.compile(r"https://[^\s/<>()\"']+/[^\s<>()\"']+")
_FORMS_HINT = (
    "What a program prints comes from an include. A fence may also hold signatures (`text`), "
    "commands (`bash`) or, below `<!-- reported: https://... -->`, a message that others reported."
)


def find_fence_problems(page: Page, structure: PageStructure) -> Iterator[PageError]:
    """Yield the fences that hold something else than their form allows."""
    for fence in structure.fences:
        if page.uri.endswith(".py"):
            yield PageError(
                page.locate_line(fence.line),
                f"a fence in a lab (`{fence.info}`)",
                "Code stands in a cell of its own (`# %%`), names in backticks.",
            )
        elif problem := _describe_problem(fence):
            yield PageError(page.locate_line(fence.line), *problem)


def _describe_problem(fence: Fence) -> tuple[str, str] | None:
    """Return what is wrong with a fence and what to do about it; None if nothing is."""
    if fence.included_snippet is not None:
        return _describe_problem_of_include(fence)
    if any(INCLUDE_PATTERN.match(line) for line in fence.body) and not fence.is_python:
        return f"an include in a fence `{fence.info}`", "Its info string must be exactly `python`."
    if fence.not_run_reason is not None:
        return _describe_problem_of_unrun_code(fence)
    if fence.reported_url is not None:
        return _describe_problem_of_reported_message(fence)
    return _describe_problem_of_plain_fence(fence)


def _describe_problem_of_plain_fence(fence: Fence) -> tuple[str, str] | None:
    if fence.is_python:
        return (
            f"a Python block that no run has proven (fence `{fence.info}`)",
            'Move the code to snippets/ and include it: a fence "python" whose only line '
            'is --8<-- "CHAPTER/NAME.py". If it cannot run, say why on the line above: '
            "<!-- not run: REASON -->.",
        )
    if not any(line.strip() for line in fence.body):
        return f"an empty fence `{fence.info}`", "Delete it."
    if fence.info in ("text", "bash"):
        return None  # signatures are compared with the installed torch, commands are run
    if _SHELL_INFO.match(fence.info):
        return (
            f"commands in a fence `{fence.info}`",
            "Write exactly `bash`, the commands without a prompt, and no output: a test runs them. "
            "If they cannot run, say why on the line above: <!-- not run: REASON -->.",
        )
    return f"a fence `{fence.info}` that no run has proven", _FORMS_HINT


def _describe_problem_of_include(fence: Fence) -> tuple[str, str] | None:
    if fence.marker_line is None:
        return None
    return (
        "an include below a marker for what is not run here",
        "Delete the marker. A program says by itself what it needs: `# needs: cuda`.",
    )


def _describe_problem_of_unrun_code(fence: Fence) -> tuple[str, str] | None:
    if fence.info in ("python", "bash"):
        return None
    return (
        f"a fence `{fence.info}` as code that is not run",
        "Its info string must be exactly `python` or `bash`.",
    )


def _describe_problem_of_reported_message(fence: Fence) -> tuple[str, str] | None:
    if fence.info != "text":
        return (
            f"a reported message in a fence `{fence.info}`",
            "Its info string must be exactly `text`.",
        )
    if not any(line.strip() for line in fence.body):
        return "an empty reported message", "Quote the message, or delete the fence."
    if not _URL.fullmatch(fence.reported_url or ""):
        return (
            f"`{fence.reported_url}` is no source of a reported message",
            "Give the address of the report itself: <!-- reported: https://HOST/PATH -->.",
        )
    return None

"""TODO docstring."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from asrun.base.errors import AsrunError
from asrun.snippets.snippet import Snippet


def show_progress(done: int, total: int, snippet: Snippet) -> None:
    """Say which snippet ran, of how many; on a terminal only, on one line."""
    if sys.stderr.isatty():
        end = "\n" if done == total else ""
        print(f"\r\033[K[{done}/{total}] {snippet.name}", end=end, file=sys.stderr, flush=True)


def report_problems(problems: Sequence[AsrunError], consequence: str = "") -> int:
    for problem in problems:
        print(problem, file=sys.stderr)
    if problems:
        count = f"{len(problems)} problem" + ("s" if len(problems) > 1 else "")
        print(f"{count}. {consequence}".rstrip(), file=sys.stderr)
    return 1 if problems else 0

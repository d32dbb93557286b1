"""What every command does the same way: how it starts and ends, its progress, its problems."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from asrun.base.errors import AsrunError

PROGRESS_LINE_SECONDS = 10
INTERRUPTED_STATUS = 130  # 128 + SIGINT, as shells have it


class SectionedCommands(click.CommandCollection):
    """The commands of several groups; the help lists them under the groups' names."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write a section for each group, with the first sentence of each command's help."""
        name_width = max(map(len, self.list_commands(ctx)))
        for source in self.sources:
            rows = [
                (name.ljust(name_width), command.get_short_help_str(limit=200))
                for name, command in source.commands.items()
            ]
            with formatter.section(str(source.name)):
                formatter.write_dl(rows)


def make_root_option() -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return the option ``--root``, which hands each command the project's absolute path."""

    def keep_root(context: click.Context, _: click.Parameter, root: Path) -> None:
        context.obj = root

    return click.option(
        "--root",
        type=click.Path(path_type=Path, resolve_path=True),
        default=".",
        expose_value=False,
        callback=keep_root,
        help="The project's folder; here, if it is not given.",
    )


def run_command_line(group: click.Group, name: str, arguments: Sequence[str] | None) -> int:
    """Run a command of a group and return its exit status.

    It is what the command returns; 1, with the message, for an error of ours; 2 for arguments that
    the command does not take; 130 after Ctrl-C. ``arguments`` are those of the process if None.
    """
    try:
        return int(group.main(arguments, name, standalone_mode=False))
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.Abort:
        return INTERRUPTED_STATUS
    except AsrunError as error:
        return report_problems([error])


class _ProgressPrinter:
    def __init__(self) -> None:
        self._last_line_time = time.monotonic()

    def __call__(self, done: int, total: int, subject: str) -> None:
        """Say on stderr what runs, and how much of it has.

        On a terminal, that is one line, written anew each time. Elsewhere, where each line stays,
        there is one when work starts, and one every ten seconds from then on.
        """
        line = f"[{done}/{total}] {subject}"
        if sys.stderr.isatty():
            end = "\n" if done == total else ""
            print(f"\r\033[K{line}", end=end, file=sys.stderr, flush=True)
        elif done == 0 or time.monotonic() - self._last_line_time > PROGRESS_LINE_SECONDS:
            self._last_line_time = time.monotonic()
            print(line, file=sys.stderr, flush=True)


show_progress = _ProgressPrinter()


def report_problems(problems: Sequence[AsrunError], consequence: str = "") -> int:
    """Print each problem and their number; return the exit status: 1 if there are any, else 0.

    ``consequence`` is a sentence about what was not done because of them.
    """
    for problem in problems:
        print(problem, file=sys.stderr)
    if problems:
        count = f"{len(problems)} problem" + ("s" if len(problems) > 1 else "")
        print(f"{count}. {consequence}".rstrip(), file=sys.stderr)
    return 1 if problems else 0

"""What every command does the same way: how it starts and ends, its progress, its problems."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from asrun.base.errors import AsrunError

if TYPE_CHECKING:
    from asrun.snippets.snippet import Snippet

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


def show_progress(done: int, total: int, snippet: Snippet) -> None:
    """Say which snippet ran, of how many; on a terminal only, on one line."""
    if sys.stderr.isatty():
        end = "\n" if done == total else ""
        print(f"\r\033[K[{done}/{total}] {snippet.name}", end=end, file=sys.stderr, flush=True)


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

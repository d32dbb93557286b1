"""The command `asrun`: the commands of authors, translators and maintainers under one name."""

from __future__ import annotations

from collections.abc import Sequence

import click

from asrun.cli.author import AUTHOR_COMMANDS
from asrun.cli.console import make_root_option, run_command_line
from asrun.cli.maintainer import MAINTAINER_COMMANDS
from asrun.cli.translator import TRANSLATOR_COMMANDS


class _SectionedCommands(click.CommandCollection):
    """The commands of several groups; the help lists them under the groups' names."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        name_width = max(map(len, self.list_commands(ctx)))
        for source in self.sources:
            rows = [
                (name.ljust(name_width), command.get_short_help_str(limit=200))
                for name, command in source.commands.items()
            ]
            with formatter.section(str(source.name)):
                formatter.write_dl(rows)


@click.command(
    cls=_SectionedCommands,
    sources=[AUTHOR_COMMANDS, TRANSLATOR_COMMANDS, MAINTAINER_COMMANDS],
    epilog="`asrun COMMAND --help` shows a command's options, with an example.",
)
@make_root_option()
def asrun() -> None:
    """Turn programs into pages: snippet → run → page."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return its exit status."""
    return run_command_line(asrun, "asrun", arguments)

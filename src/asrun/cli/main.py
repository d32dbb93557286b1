"""The command `asrun`: the commands of authors, translators and maintainers under one name."""

from __future__ import annotations

from collections.abc import Sequence

import click

from asrun.cli.author import AUTHOR_COMMANDS
from asrun.cli.console import SectionedCommands, make_root_option, run_command_line
from asrun.cli.maintainer import MAINTAINER_COMMANDS
from asrun.cli.translator import TRANSLATOR_COMMANDS


@click.command(
    cls=SectionedCommands,
    sources=[AUTHOR_COMMANDS, TRANSLATOR_COMMANDS, MAINTAINER_COMMANDS],
    epilog="`asrun COMMAND --help` shows a command's options, with an example.",
)
@make_root_option()
def asrun() -> None:
    """Turn programs into pages: snippet → run → page."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return its exit status."""
    return run_command_line(asrun, "asrun", arguments)

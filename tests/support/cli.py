"""What the tests of both command lines ask of every command."""

from __future__ import annotations

import shlex

import click


def find_example_faults(group: click.Group, program: str) -> list[str]:
    """Return the commands whose help lacks an example, or has one that they refuse."""
    faults = []
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        beginning = f"Example: {program} {name}"
        example = command.epilog or ""
        if example != beginning and not example.startswith(f"{beginning} "):
            faults.append(f"{name}: `{example}`")
            continue
        try:
            command.make_context(name, shlex.split(example.removeprefix(beginning)))
        except click.UsageError as error:
            faults.append(f"{name}: {error.format_message()}")
    return faults

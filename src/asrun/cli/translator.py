"""The commands of translators: what fell behind, and what says the same again."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from asrun.cli.console import report_problems

TRANSLATOR_COMMANDS = click.Group("Translators")


@TRANSLATOR_COMMANDS.command("stale", epilog="Example: asrun stale")
@click.pass_obj
def run_stale_command(root: Path) -> int:
    """List the sections that changed in one language, and not in the other.

    That is no failure: pages are published, and say themselves what is behind.
    """
    from asrun.project.project import load_project
    from asrun.translation.staleness import describe_change, find_sync_problems

    project = load_project(root)
    changes = [change for uri in project.page_pairs for change in project.find_page_changes(uri)]
    for change in changes:
        print(describe_change(change))
    print(f"{len(changes)} sections changed since their last sync.", file=sys.stderr)
    problems = find_sync_problems(project.sync or {}, project.prose_pages, project.page_pairs)
    return report_problems(list(problems))


@TRANSLATOR_COMMANDS.command("synced", epilog="Example: asrun synced tensors/joining#cat")
@click.argument("targets", nargs=-1, metavar="[tensors/joining[#cat]]...")
@click.option("--new", "with_new", is_flag=True, help="Also all that never was declared.")
@click.pass_obj
def run_synced_command(root: Path, targets: tuple[str, ...], with_new: bool) -> int:
    """Declare that pages, or sections of them, say the same in both languages."""
    from asrun.project.declarations import declare_targets_in_sync

    return _print_declarations(declare_targets_in_sync(root, targets, with_new))


@TRANSLATOR_COMMANDS.command("typo", epilog="Example: asrun typo docs/en/tensors/joining.md#cat")
@click.argument("targets", nargs=-1, required=True, metavar="docs/en/tensors/joining.md[#cat]...")
@click.pass_obj
def run_typo_command(root: Path, targets: tuple[str, ...]) -> int:
    """Declare that only spelling changed in a page, or a section of it."""
    from asrun.project.declarations import declare_targets_as_typos

    return _print_declarations(declare_targets_as_typos(root, targets))


def _print_declarations(is_kept_by_section: dict[str, bool]) -> int:
    for section, is_kept in is_kept_by_section.items():
        print(f"{section}: {'in sync' if is_kept else 'taken out'}")
    return 0

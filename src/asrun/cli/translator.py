"""TODO docstring."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence

from asrun.base.errors import Location, ProjectError
from asrun.base.files import write_atomically
from asrun.cli.console import report_problems
from asrun.pages.page import Page
from asrun.project.project import load_project
from asrun.translation.declare import declare_in_sync, declare_new_sections, declare_typo
from asrun.translation.staleness import describe_change, find_sync_problems
from asrun.translation.sync_file import SYNC_FILE_PATH, SyncRecord, format_sync_file


def run_stale_command(options: argparse.Namespace) -> int:
    """List what is behind. That is no failure: pages are published and say so themselves."""
    project = load_project(options.root)
    changes = [change for uri in project.page_pairs for change in project.find_page_changes(uri)]
    for change in changes:
        print(describe_change(change))
    print(f"{len(changes)} sections changed since their last sync.", file=sys.stderr)
    return report_problems(list(find_sync_problems(project.sync or {}, project.prose_pages)))


def run_synced_command(options: argparse.Namespace) -> int:
    if not options.targets and not options.new:
        raise ProjectError(
            Location(SYNC_FILE_PATH),
            "which page?",
            "`make synced page=tensors/joining` for one, `asrun synced --new` for all new ones.",
        )
    return _write_declarations(options, declare_in_sync)


def run_typo_command(options: argparse.Namespace) -> int:
    return _write_declarations(options, declare_typo)


def _write_declarations(
    options: argparse.Namespace, declare: Callable[[SyncRecord, Sequence[Page], str], SyncRecord]
) -> int:
    """Write what was declared of each target: all of them, or none."""
    project = load_project(options.root)
    if sync_errors := [
        error for error in project.loading_errors if error.location.path == SYNC_FILE_PATH
    ]:
        return report_problems(sync_errors)
    before = sync = project.sync or {}
    for target in options.targets:
        sync = declare(sync, project.prose_pages, target)
    if options.command == "synced" and options.new:
        sync = declare_new_sections(sync, project.prose_pages)
    write_atomically(options.root / SYNC_FILE_PATH, format_sync_file(sync))
    for key in sorted({*before, *sync}):
        entry_before, entry_after = (entries.get(key) for entries in (before, sync))
        if (entry_before and entry_before.digests) != (entry_after and entry_after.digests):
            print(f"{key}: {'in sync' if entry_after else 'taken out'}")
    return 0

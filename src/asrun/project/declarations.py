"""Declarations about translations, written into `docs/sync.toml`: all of a command's, or none."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from asrun.base.errors import Location, ProjectError
from asrun.base.files import write_atomically
from asrun.project.project import Project, load_project
from asrun.translation.declare import declare_in_sync, declare_new_sections, declare_typo
from asrun.translation.sync_file import SYNC_FILE_PATH, SyncRecord, format_sync_file


def declare_targets_in_sync(
    root: Path, targets: Sequence[str], with_new: bool = False
) -> dict[str, bool]:
    """Declare that pages, or sections of them, say the same in both languages now.

    Args:
        root: the project's folder.
        targets: ``tensors/joining`` or ``tensors/joining#cat``.
        with_new: also declare what never was declared, and take out what is gone.

    Returns:
        The sections whose entry changed: True if it is in sync, False if it was taken out.

    Raises:
        ProjectError: if nothing is named, or something that is not there.
        PageError: for a pair that differs in what parity compares, or a broken `docs/sync.toml`.
    """
    if not targets and not with_new:
        raise ProjectError(
            Location(SYNC_FILE_PATH),
            "which page?",
            "`make synced page=tensors/joining` for one, `asrun synced --new` for all new ones.",
        )
    project = load_project(root)
    sync = sync_before = _get_readable_sync(project)
    for target in targets:
        sync = declare_in_sync(sync, project.prose_pages, target)
    if with_new:
        sync = declare_new_sections(sync, project.prose_pages)
    return _write_sync_file(root, sync_before, sync)


def declare_targets_as_typos(root: Path, targets: Sequence[str]) -> dict[str, bool]:
    """Declare that only spelling changed in files, or in sections of them.

    Args:
        root: the project's folder.
        targets: ``docs/en/tensors/joining.md`` or ``docs/en/tensors/joining.md#cat``.

    Returns:
        The sections whose entry changed, each with True.

    Raises:
        ProjectError: if one is not there, or nothing changed in it.
        PageError: if more than spelling changed, or for a broken `docs/sync.toml`.
    """
    project = load_project(root)
    sync = sync_before = _get_readable_sync(project)
    for target in targets:
        sync = declare_typo(sync, project.prose_pages, target)
    return _write_sync_file(root, sync_before, sync)


def _get_readable_sync(project: Project) -> SyncRecord:
    """Return what was declared so far; raise the error of a file that cannot be read.

    A broken file must not be written anew: its declarations would be lost.
    """
    for error in project.loading_errors:
        if error.location.path == SYNC_FILE_PATH:
            raise error
    return project.sync or {}


def _write_sync_file(root: Path, before: SyncRecord, after: SyncRecord) -> dict[str, bool]:
    write_atomically(root / SYNC_FILE_PATH, format_sync_file(after))
    is_kept_by_section = {}
    for key in sorted({*before, *after}):
        entry_before, entry_after = before.get(key), after.get(key)
        if (entry_before and entry_before.digests) != (entry_after and entry_after.digests):
            is_kept_by_section[key] = entry_after is not None
    return is_kept_by_section

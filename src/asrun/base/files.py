"""Files: written in one step, with no leftovers; a text's digest; where the engine itself lies."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

# Modules that name other files of the engine name them relative to this folder, so that they keep
# naming the same files when they are moved themselves.
PACKAGE_FOLDER = Path(__file__).parents[1]

# What is not whole yet has a hidden name with this suffix, which git ignores, and with the process
# that writes it, so that the leftovers of a process that was killed can be told from files in use.
TEMPORARY_SUFFIX = ".asrun-tmp"
_TEMPORARY_NAME = re.compile(rf"\..*-(\d+)-\w+{re.escape(TEMPORARY_SUFFIX)}", re.DOTALL)
_MAX_PREFIX_LENGTH = 50


def make_temporary_prefix(name: str) -> str:
    """Return how the temporary name of something begins that is to be called ``name``."""
    return f".{name[:_MAX_PREFIX_LENGTH]}-{os.getpid()}-"


def list_leftovers(folder: Path, *, recursive: bool = True) -> list[Path]:
    """Return what processes that run no more left unfinished in a folder, and in those below it."""
    found = []
    for current, folder_names, file_names in os.walk(folder):
        for name in (*folder_names, *file_names):
            match = _TEMPORARY_NAME.fullmatch(name)
            if match and not _is_running(int(match[1])):
                found.append(Path(current, name))
        if not recursive:
            break
        folder_names[:] = [name for name in folder_names if not _TEMPORARY_NAME.fullmatch(name)]
    return sorted(found)


def remove_leftovers(folder: Path) -> None:
    """Delete what `list_leftovers` finds."""
    for leftover in list_leftovers(folder):
        if leftover.is_dir():
            shutil.rmtree(leftover, ignore_errors=True)
        else:
            with contextlib.suppress(OSError):
                leftover.unlink()


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        pass
    return True


def write_atomically(path: Path, text: str) -> None:
    """Replace a file in one step, so that nobody reads half of it.

    A file that holds this text already is not touched. Missing folders are made.

    Raises:
        OSError: with the file's name, if it cannot be written; it stays as it was.
    """
    if path.is_file() and path.read_bytes() == text.encode():
        return
    try:
        _replace_text(path, text)
    except OSError as error:
        error.filename, error.filename2 = str(path), None  # a full disk names no file
        raise


def _replace_text(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(
        dir=path.parent, prefix=make_temporary_prefix(path.name), suffix=TEMPORARY_SUFFIX
    )
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def change_files(root: Path, text_by_path: Mapping[str, str], removed: Iterable[str] = ()) -> None:
    """Write and remove files: all of them, or none.

    If one cannot be written, or the process is interrupted, those before it are put back as they
    were. Folders that became empty are removed.

    Args:
        root: the project's folder; all paths are relative to it.
        text_by_path: what each file holds afterwards.
        removed: files that are gone afterwards.

    Raises:
        OSError: if a file cannot be written or removed.
    """
    removed_paths = [path for path in removed if path not in text_by_path]
    paths = [*text_by_path, *removed_paths]
    bytes_before = {path: _read_bytes_if_present(root / path) for path in paths}
    try:
        for path, text in text_by_path.items():
            write_atomically(root / path, text)
        for path in removed_paths:
            (root / path).unlink(missing_ok=True)
    except BaseException:
        for path, content in bytes_before.items():
            if content is None:
                (root / path).unlink(missing_ok=True)
            elif _read_bytes_if_present(root / path) != content:
                (root / path).write_bytes(content)
        _remove_empty_folders(root, text_by_path)
        raise
    _remove_empty_folders(root, removed_paths)


def _read_bytes_if_present(file: Path) -> bytes | None:
    return file.read_bytes() if file.is_file() else None


def _remove_empty_folders(root: Path, paths: Iterable[str]) -> None:
    for path in paths:
        for folder in (root / path).parents:
            if folder == root or not folder.is_dir() or any(folder.iterdir()):
                break
            folder.rmdir()


def compute_sha256(text: str) -> str:
    """Return a text's SHA-256, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()

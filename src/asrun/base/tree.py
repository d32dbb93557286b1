"""A project's tree of files: listed without what is hidden, and read as UTF-8 text.

What cannot be read becomes an error that names the file and the way out.
"""

from __future__ import annotations

import codecs
import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from asrun.base.errors import AsrunError, Location, ProjectError

# The marks of UTF-32 begin with those of UTF-16, so they are asked for first.
_FOREIGN_MARKS = {
    codecs.BOM_UTF32_LE: "UTF-32",
    codecs.BOM_UTF32_BE: "UTF-32",
    codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
}


def is_hidden(path: str) -> bool:
    """Tell whether a path, relative to some folder, is hidden: editors' locks, checkpoints."""
    return any(part.startswith(".") and part != ".." for part in PurePosixPath(path).parts)


def list_tree(root: Path, folder: str) -> tuple[list[str], list[AsrunError]]:
    """Return the files below a folder that are not hidden, and what is wrong with its tree.

    Wrong are links that lead nowhere, to a folder, to a hidden file or out of the project, names
    that cannot be printed, and folders that cannot be read; none of these is among the files. A
    folder that has a file's name, such as ``x.md``, is listed as a file: reading it says so.

    Args:
        root: the project's folder.
        folder: a folder in it; paths are relative to the project.
    """
    paths: list[str] = []
    errors: list[AsrunError] = []
    for path in sorted(_walk(root, folder, errors), key=lambda path: path.split("/")):
        if error := _find_path_problem(root, path):
            errors.append(error)
        else:
            paths.append(path)
    return paths, errors


def read_text_file(
    root: Path,
    path: str,
    error_class: type[AsrunError] = ProjectError,
    hint: str | None = None,
) -> str:
    """Return the text of a file of the project; every line ends with a line feed alone.

    Args:
        root: the project's folder.
        path: the file, relative to it.
        error_class: what is raised if it cannot be read.
        hint: what to do with a file that is no UTF-8; to save it so, if that is not given.

    Raises:
        AsrunError: of ``error_class``, for a file that is there and cannot be read as text.
        FileNotFoundError: if there is no such file.
    """
    data = _read_bytes(root, path, error_class)
    if data.startswith(codecs.BOM_UTF8):
        raise error_class(
            Location(path),
            "begins with a byte order mark (BOM)",
            hint or "Save it as UTF-8 without it: `make fix` does.",
        )
    hint = hint or "Save it as UTF-8."
    for mark, encoding in _FOREIGN_MARKS.items():
        if data.startswith(mark):
            raise error_class(Location(path), f"not UTF-8: it is {encoding}", hint)
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise error_class(Location(path, line), "not UTF-8", hint) from error
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        message = "holds a NUL character: it is no text, or it is UTF-16"
        raise error_class(Location(path, line), message, hint)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _read_bytes(root: Path, path: str, error_class: type[AsrunError]) -> bytes:
    file = root / path
    try:
        if file.is_dir():
            message = "a folder that has a file's name"
            raise error_class(Location(path), message, "Rename it or delete it.")
        if file.exists() and not file.is_file():
            raise error_class(Location(path), "no ordinary file", "Delete it.")
        return file.read_bytes()
    except FileNotFoundError:
        if file.is_symlink():
            raise error_class(
                Location(path), "a link that leads nowhere", f"Mend it, or run `rm {path}`."
            ) from None
        raise
    except OSError as error:
        raise error_class(
            Location(path),
            f"cannot be read: {error.strerror}",
            "See who may read it: `ls -l` shows it, `chmod` changes it.",
        ) from error


def _walk(root: Path, folder: str, errors: list[AsrunError]) -> Iterator[str]:
    """Yield every file and link below a folder, and folders whose name has a suffix."""

    def keep_error(error: OSError) -> None:
        path = Path(error.filename).relative_to(root).as_posix()
        if not isinstance(error, FileNotFoundError):
            errors.append(
                ProjectError(
                    Location(path),
                    f"cannot be read: {error.strerror}",
                    "See who may read it: `ls -ld` shows it, `chmod` changes it.",
                )
            )

    if (root / folder).is_symlink():
        yield folder
        return
    for current, folder_names, file_names in os.walk(root / folder, onerror=keep_error):
        folder_names[:] = [name for name in folder_names if not name.startswith(".")]
        parent = Path(current).relative_to(root).as_posix()
        for name in folder_names:
            if "." in name or Path(current, name).is_symlink():
                yield f"{parent}/{name}"
        for name in file_names:
            if not name.startswith("."):
                yield f"{parent}/{name}"


def _find_path_problem(root: Path, path: str) -> AsrunError | None:
    if not path.isprintable():
        shown = path.encode("utf-8", "backslashreplace").decode().encode("unicode_escape").decode()
        hint = "Rename it, in UTF-8."
        return ProjectError(Location(shown), "a name that cannot be printed", hint)
    if (root / path).is_symlink() and (fault := _find_link_fault(root, path)):
        hint = f"Put the file itself there, or run `git rm {path}`."
        return ProjectError(Location(path), f"a link {fault}", hint)
    return None


def _find_link_fault(root: Path, path: str) -> str | None:
    try:
        target = (root / path).resolve(strict=True)
    except (OSError, RuntimeError):  # RuntimeError: links in a circle
        return "that leads nowhere"
    project = root.resolve()
    if not target.is_relative_to(project):
        return f"that leaves the project, to {target}"
    target_path = target.relative_to(project).as_posix()
    if is_hidden(target_path):
        return f"to what is hidden, {target_path}"
    return f"to a folder, {target_path}" if target.is_dir() else None

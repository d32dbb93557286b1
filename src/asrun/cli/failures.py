"""What a command says of a failure that no check foresees: of the machine, or of our own code."""

from __future__ import annotations

import errno
import os
import platform
import sys
import tempfile
import traceback
from pathlib import Path

from asrun.base.errors import AsrunError, Location, ProjectError
from asrun.base.files import write_atomically

LOG_PATH = ".cache/asrun/failure.log"
_CLEAR_CACHE_HINT = "All of `.cache` may be deleted: `rm -r .cache`."
_RIGHTS_HINT = "See whose it is (`ls -ld`), and whether its disk can be written."
_FULL_HINT = "Make room; `make clean` deletes what can be made again."
_HINT_BY_ERRNO = {
    errno.ENOSPC: _FULL_HINT,
    errno.EDQUOT: _FULL_HINT,
    errno.EACCES: _RIGHTS_HINT,
    errno.EPERM: _RIGHTS_HINT,
    errno.EROFS: _RIGHTS_HINT,
    errno.EEXIST: "A file stands where a folder belongs: move it away.",
    errno.ENOTDIR: "A file stands where a folder belongs: move it away.",
    errno.EISDIR: "A folder stands where a file belongs: move it away.",
    errno.ENAMETOOLONG: "Its path is too long: set TMPDIR to a short one, or move the project.",
    errno.EMFILE: "Too many files are open: end other programs, or see `ulimit -n`.",
    errno.ENFILE: "Too many files are open: end other programs.",
    errno.ENOMEM: "End other programs, or use a machine with more memory.",
    errno.EIO: "See whether the disk is sound.",
    errno.ELOOP: "Mend its links: they lead in a circle.",
}


def explain_failure(error: Exception, root: Path) -> AsrunError | None:
    """Return an error that says what of this machine is to blame; None if that is not known."""
    if isinstance(error, OSError):
        return _explain_os_error(error, root)
    if isinstance(error, MemoryError):
        return ProjectError(
            Location("."), "this machine has no memory left", _HINT_BY_ERRNO[errno.ENOMEM]
        )
    if "Could not determine home directory" in str(error) or "getpwuid" in str(error):
        hint = "Set HOME to a folder that can be written, and USER to a name."
        return ProjectError(Location("."), "this user has no home folder and no name", hint)
    return None


def _explain_os_error(error: OSError, root: Path) -> AsrunError | None:
    if "No usable temporary directory" in str(error):
        hint = "Set TMPDIR to a folder that can be written and is not full."
        return ProjectError(Location("."), "there is no folder for temporary files", hint)
    path = _name_path(error, root)
    if error.errno == errno.ENOENT and not Path(path).is_absolute() and path != ".":
        return ProjectError(Location(path), "is not there", "Take it back from git.")
    way_out = _HINT_BY_ERRNO.get(error.errno or 0)
    if way_out is None:
        return None
    if path.startswith(".cache"):
        way_out += f" {_CLEAR_CACHE_HINT}"
    return ProjectError(Location(path), f"the system says: {error.strerror}", way_out)


def _name_path(error: OSError, root: Path) -> str:
    name = error.filename2 or error.filename
    if not isinstance(name, str | bytes | os.PathLike):
        return "."
    file = Path(os.fsdecode(name))
    return file.relative_to(root).as_posix() if file.is_relative_to(root) else str(file)


def report_failure(error: Exception, root: Path) -> None:
    """Say on stderr that something failed that nobody foresaw, and keep the traceback in a file."""
    summary = "".join(traceback.format_exception_only(error)).strip().splitlines()[-1]
    summary = summary.encode("utf-8", "backslashreplace").decode()
    print(f"asrun failed, which is a fault of its own: {summary}", file=sys.stderr)
    log_file = _write_log(error, root)
    if log_file is None:
        traceback.print_exception(error)
        return
    print(
        f"The traceback is in {log_file}. Please open an issue with that file, and say what you "
        "did; nothing was published.",
        file=sys.stderr,
    )


def _write_log(error: Exception, root: Path) -> Path | None:
    """Write the log in the project's cache, or else in the temporary folder; return its path."""
    lines = (
        f"{' '.join(sys.argv)}\n",
        f"Python {platform.python_version()}, {platform.platform()}, in {root}\n\n",
        *traceback.format_exception(error),
    )
    text = "".join(lines).encode("utf-8", "backslashreplace").decode()
    try:
        write_atomically(root / LOG_PATH, text)
        return root / LOG_PATH
    except OSError:
        pass
    try:
        handle, name = tempfile.mkstemp(prefix="asrun-failure-", suffix=".log")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
    except OSError:
        return None
    return Path(name)

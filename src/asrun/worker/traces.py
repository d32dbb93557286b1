"""Finds what an output holds of this machine or this run: paths, addresses, process ids, today."""

from __future__ import annotations

import functools
import os
import re
import sys
import sysconfig
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from .protocol import Trace

# Addresses of a process lie below 2**47. Shorter numbers count only where Python says ``at 0x…``.
_ADDRESS = re.compile(r"(?<![\w.])(?:(?<=\bat )0x[0-9a-f]{6,16}|0x[0-9a-f]{9,12})(?![\w.])")
_NUMBER = re.compile(r"(?<![\w.])\d+(?![\w.])")
_DATE_FORMATS = (
    *("%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%m/%d/%y"),
    *("%a %b %d", "%b %d", "%d %b", "%B %d", "%d %B"),
)
# Folders that every system has: to name them tells nothing of this one.
_COMMON_FOLDERS = {Path(name) for name in ("/", "/usr", "/usr/local", "/tmp", "/var/tmp", "/home")}

_START_FOLDER = Path(os.path.realpath("."))  # mostly the checkout


def find_traces(
    output: str, source: str, folder: Path, processes: range, now: float
) -> list[Trace]:
    """Return the traces in an output, each text once; none that the program's own source holds.

    Args:
        output: what the program printed.
        source: the program's text.
        folder: the job's folder.
        processes: the ids that processes got while the job ran.
        now: the time, in seconds since the epoch.
    """
    found = [("path", text) for text in find_paths(output, list_machine_folders(folder))]
    found += [("address", match[0]) for match in _ADDRESS.finditer(output)]
    found += [("date", text) for text in list_dates(now) if re.search(rf"\b{text}\b", output)]
    found += [
        ("pid", match[0])
        for match in _NUMBER.finditer(output)
        if len(match[0]) < 9 and int(match[0]) in processes
    ]
    traces: list[Trace] = []
    for kind, text in dict.fromkeys(found):
        if text not in source:
            traces.append({"kind": kind, "text": text})  # type: ignore[typeddict-item]
    return traces


def find_paths(output: str, folders: Iterable[Path]) -> Iterator[str]:
    """Yield every path in an output that lies in one of the folders, or is one of them."""
    mentioned = [re.escape(str(folder)) for folder in folders if str(folder) in output]
    if not mentioned:
        return
    names = "|".join(sorted(mentioned, key=len, reverse=True))
    for match in re.finditer(rf"(?<![\w./-])(?:{names})(?:/[^\s'\"<>,;:()\]]*|(?![\w.-]))", output):
        yield match[0]


def list_machine_folders(folder: Path) -> set[Path]:
    """Return the folders whose paths are this machine's: Python's, the user's, the job's."""
    return _list_lasting_folders() | {folder}


@functools.cache
def _list_lasting_folders() -> set[Path]:
    names = [sys.prefix, sys.base_prefix, *sysconfig.get_paths().values()]
    names += [os.path.expanduser("~"), os.environ.get("TMPDIR", "/tmp")]  # noqa: PTH111
    folders = {Path(name) for name in names if name.startswith("/")} | {_START_FOLDER}
    return (folders | {path.resolve() for path in folders}) - _COMMON_FOLDERS


def list_dates(now: float) -> list[str]:
    """Return today's date as programs print it."""
    today = time.gmtime(now)
    return [time.strftime(date_format, today) for date_format in _DATE_FORMATS]


def read_last_process(default: int) -> int:
    """Return the id of the last process that started on this machine, where the system says it."""
    try:
        return int(Path("/proc/loadavg").read_text(encoding="ascii").split()[-1])
    except (OSError, ValueError, IndexError):
        return default

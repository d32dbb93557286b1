"""What one program may have: memory, processes, files; counted, and ended above it."""

from __future__ import annotations

import contextlib
import os
import resource
import subprocess
from collections.abc import Iterator
from pathlib import Path

from .reading import read_text

# What one job may have at a time, all its processes together.
PROCESSES = 64
MEMORY_SHARES = 2  # times what one process may have
DISK_MEGABYTES, DISK_FILES = 256, 10_000
WATCH_SECONDS, WEIGH_SECONDS = 0.05, 0.25  # how often processes are counted, and bytes


def limit_memory(megabytes: int) -> None:
    """Allow this process so much more data than it has now (the fork has torch mapped already)."""
    with contextlib.suppress(OSError, ValueError, StopIteration):
        status = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
        present = next(int(line.split()[1]) for line in status if line.startswith("VmData:"))
        limit = present * 1024 + megabytes * 2**20
        resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))


def limit_processes() -> None:
    """Allow this user few more processes and threads than there are. The kernel exempts root."""
    if os.getuid() == 0:
        return
    present = 0
    for entry in Path("/proc").glob("[0-9]*/task"):
        with contextlib.suppress(OSError):
            found = entry.stat()
            present += found.st_nlink - 2 if found.st_uid == os.getuid() else 0
    if not present:  # no /proc: macOS
        listed = subprocess.run(["ps", "-U", str(os.getuid())], capture_output=True, check=False)
        present = listed.stdout.count(b"\n")
    with contextlib.suppress(OSError, ValueError):
        _, most = resource.getrlimit(resource.RLIMIT_NPROC)
        limit = present + 4 * PROCESSES
        limit = limit if most == resource.RLIM_INFINITY else min(limit, most)
        resource.setrlimit(resource.RLIMIT_NPROC, (limit, limit))


def excess(processes: list[int], folder: Path, megabytes: int) -> str | None:
    """Say what a job has too much of: memory of its processes together, or files."""
    most = MEMORY_SHARES * megabytes
    if memory(processes, "status", ("RssAnon:", "RssShmem:")) > most and (  # quick, an upper bound
        memory(processes, "smaps_rollup", ("Pss_Anon:", "Pss_Shmem:")) > most
    ):
        return f"holds more than {most} MiB of memory in all its processes"
    blocks = 0
    for files, path in enumerate(walk(folder), 1):
        with contextlib.suppress(OSError):
            blocks += path.lstat().st_blocks
        if files > DISK_FILES or blocks * 512 > DISK_MEGABYTES * 2**20:
            return f"writes more than {DISK_MEGABYTES} MiB or {DISK_FILES} files"
    return None


def memory(processes: list[int], table: str, names: tuple[str, ...]) -> int:
    """Return the sum of some rows of a table in /proc, in MiB."""
    kilobytes = 0
    for process in processes:
        for line in read_text(Path(f"/proc/{process}/{table}")).splitlines():
            if line.startswith(names):
                kilobytes += int(line.split()[1])
    return kilobytes // 1024


def walk(folder: Path) -> Iterator[Path]:
    """Yield what is in a folder and below."""
    for parent, folders, files in os.walk(folder):
        yield from (Path(parent, name) for name in (*folders, *files))

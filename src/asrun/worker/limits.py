"""What one program may have: memory, processes, files; counted, and ended above it."""

from __future__ import annotations

import contextlib
import os
import resource
import subprocess
from collections.abc import Iterator
from pathlib import Path

from .files import read_text

# What one job may have at a time, all its processes together.
MAX_JOB_PROCESSES = 64
JOB_MEMORY_FACTOR = 2  # times what one process may have
MAX_DISK_MEGABYTES, MAX_DISK_FILES = 256, 10_000
WATCH_INTERVAL_SECONDS, MEASURE_INTERVAL_SECONDS = (
    0.05,
    0.25,
)  # how often processes are counted, and bytes


def limit_memory(megabytes: int) -> None:
    """Allow this process so much more data than it has now (the fork has torch mapped already)."""
    with contextlib.suppress(OSError, ValueError, StopIteration):
        status = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
        current_kilobytes = next(
            int(line.split()[1]) for line in status if line.startswith("VmData:")
        )
        limit_bytes = current_kilobytes * 1024 + megabytes * 2**20
        resource.setrlimit(resource.RLIMIT_DATA, (limit_bytes, limit_bytes))


def limit_processes() -> None:
    """Allow this user few more processes and threads than there are. The kernel exempts root."""
    if os.getuid() == 0:
        return
    task_count = 0
    for entry in Path("/proc").glob("[0-9]*/task"):
        with contextlib.suppress(OSError):
            entry_stat = entry.stat()
            task_count += entry_stat.st_nlink - 2 if entry_stat.st_uid == os.getuid() else 0
    if not task_count:  # no /proc: macOS
        listing = subprocess.run(["ps", "-U", str(os.getuid())], capture_output=True, check=False)
        task_count = listing.stdout.count(b"\n")
    with contextlib.suppress(OSError, ValueError):
        _, hard_limit = resource.getrlimit(resource.RLIMIT_NPROC)
        limit = task_count + 4 * MAX_JOB_PROCESSES
        limit = limit if hard_limit == resource.RLIM_INFINITY else min(limit, hard_limit)
        resource.setrlimit(resource.RLIMIT_NPROC, (limit, limit))


def find_exceeded_limit(processes: list[int], folder: Path, megabytes: int) -> str | None:
    """Say what a job has too much of: memory of its processes together, or files."""
    limit_megabytes = JOB_MEMORY_FACTOR * megabytes
    if sum_memory_megabytes(
        processes, "status", ("RssAnon:", "RssShmem:")
    ) > limit_megabytes and (  # quick, an upper bound
        sum_memory_megabytes(processes, "smaps_rollup", ("Pss_Anon:", "Pss_Shmem:"))
        > limit_megabytes
    ):
        return f"holds more than {limit_megabytes} MiB of memory in all its processes"
    block_count = 0
    for file_count, path in enumerate(walk_folder(folder), 1):
        with contextlib.suppress(OSError):
            block_count += path.lstat().st_blocks
        if file_count > MAX_DISK_FILES or block_count * 512 > MAX_DISK_MEGABYTES * 2**20:
            return f"writes more than {MAX_DISK_MEGABYTES} MiB or {MAX_DISK_FILES} files"
    return None


def sum_memory_megabytes(processes: list[int], table: str, row_names: tuple[str, ...]) -> int:
    """Return the sum of some rows of a table in /proc, in MiB."""
    kilobytes = 0
    for process in processes:
        for line in read_text(Path(f"/proc/{process}/{table}")).splitlines():
            if line.startswith(row_names):
                kilobytes += int(line.split()[1])
    return kilobytes // 1024


def walk_folder(folder: Path) -> Iterator[Path]:
    """Yield what is in a folder and below."""
    for parent, folders, files in os.walk(folder):
        yield from (Path(parent, name) for name in (*folders, *files))

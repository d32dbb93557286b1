"""How much memory, how many processes and how many files one job may have."""

from __future__ import annotations

import contextlib
import os
import resource
import subprocess
from collections.abc import Iterator
from pathlib import Path

from .files import read_text

# What all processes of a job may have together, at any time.
MAX_JOB_PROCESSES = 64
JOB_MEMORY_FACTOR = 2  # times what a single process may have
MAX_DISK_MEGABYTES = 256
MAX_DISK_FILES = 10_000
# A job's processes are counted each time that the first interval is over. Its memory and files are
# measured less often: that takes longer.
WATCH_INTERVAL_SECONDS = 0.05
MEASURE_INTERVAL_SECONDS = 0.25


def limit_memory(megabytes: int) -> None:
    """Let this process map so many MiB of data more than it has now.

    More than it has: a fork starts with all that the server's imports have mapped.
    """
    with contextlib.suppress(OSError, ValueError, StopIteration):
        status = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
        current_kilobytes = next(
            int(line.split()[1]) for line in status if line.startswith("VmData:")
        )
        limit_bytes = current_kilobytes * 1024 + megabytes * 2**20
        resource.setrlimit(resource.RLIMIT_DATA, (limit_bytes, limit_bytes))


def limit_processes() -> None:
    """Let this process's user have only some more processes and threads than there are now.

    The kernel counts a user's, not a job's, and does not limit root at all.
    """
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
    """Return what a job has too much of, memory or files, as a predicate; None if nothing.

    Args:
        processes: all processes of the job.
        folder: the job's folder.
        megabytes: MiB of memory that each of the processes may have.
    """
    limit_megabytes = JOB_MEMORY_FACTOR * megabytes
    # The first sum counts memory that forks share once for each of them, and is quick. Only where
    # it is above the limit is the exact one worth its time.
    resident_megabytes = sum_memory_megabytes(processes, "status", ("RssAnon:", "RssShmem:"))
    if resident_megabytes > limit_megabytes and (
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
    """Return the sum, in MiB, of some rows of the file ``/proc/PROCESS/table`` of each process."""
    kilobytes = 0
    for process in processes:
        for line in read_text(Path(f"/proc/{process}/{table}")).splitlines():
            if line.startswith(row_names):
                kilobytes += int(line.split()[1])
    return kilobytes // 1024


def walk_folder(folder: Path) -> Iterator[Path]:
    """Yield every file and folder below a folder."""
    for parent, folders, files in os.walk(folder):
        yield from (Path(parent, name) for name in (*folders, *files))

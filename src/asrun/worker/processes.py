"""A job's tree of processes: who is in it, and the end of them all."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from pathlib import Path

from .files import read_text


def list_process_tree(root: int, max_count: int) -> list[int]:
    """Return a process and its descendants, at most so many; on Linux alone they are known."""
    members, pending = [root], [root]
    while pending and len(members) < max_count:
        children = list_children(pending.pop())
        members += children
        pending += children
    return members


def list_children(process: int) -> list[int]:
    """Return the children of a process, of all its threads."""
    children: list[int] = []
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{process}/task").iterdir():
            children += map(int, read_text(task / "children").split())
    return children


def kill_group(leader: int) -> None:
    """Kill the session that this process leads, and the process itself."""
    for send_signal in (os.killpg, os.kill):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            send_signal(leader, signal.SIGKILL)


def kill_strays(jobs: set[int]) -> None:
    """Kill the processes below this one that belong to no job, until there are none.

    What a dead parent leaves comes to this process, so a program that forks while it is killed
    is found in one of the next rounds.
    """
    for _ in range(1000):
        strays = [child for child in list_children(os.getpid()) if child not in jobs]
        if not strays:
            return
        for stray in strays:
            for process in list_process_tree(stray, sys.maxsize):
                kill_group(process)
        for stray in strays:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(stray, 0)

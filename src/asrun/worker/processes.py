"""Finds a job's processes and kills them."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from pathlib import Path

from .files import read_text


def list_process_tree(root: int, max_count: int) -> list[int]:
    """Return a process and its descendants. Only Linux says who they are.

    The search ends when ``max_count`` are found: a program that forks may never let it end.
    """
    members, pending = [root], [root]
    while pending and len(members) < max_count:
        children = list_children(pending.pop())
        members += children
        pending += children
    return members


def list_children(process: int) -> list[int]:
    """Return the children of a process, whichever of its threads started them."""
    children: list[int] = []
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{process}/task").iterdir():
            children += map(int, read_text(task / "children").split())
    return children


def kill_group(leader: int) -> None:
    """Kill a process and the group that it leads, if it leads one."""
    for send_signal in (os.killpg, os.kill):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            send_signal(leader, signal.SIGKILL)


def kill_strays(jobs: set[int]) -> None:
    """Kill the descendants of this process that belong to no job.

    Args:
        jobs: those of its children that run a job.

    Orphans become children of this process (`linux.adopt_orphans`). So what a program forks while
    it is being killed is found in one of the next rounds.
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

"""System calls of Linux that Python has no function for. Other systems skip them."""

from __future__ import annotations

import contextlib
import ctypes
import os
from typing import Any

PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS = 1, 36, 38  # linux/prctl.h


def call_libc(function: str, *arguments: Any) -> int:
    """Call a function of the C library and return its result.

    Raises:
        OSError: if the result is negative.
        AttributeError: if the C library has no such function.
    """
    result: int = getattr(ctypes.CDLL(None, use_errno=True), function)(*arguments)
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{function}: {os.strerror(code)}")
    return result


def set_process_option(option: int, value: int) -> None:
    """Call ``prctl``, where there is one."""
    with contextlib.suppress(OSError, AttributeError):
        call_libc("prctl", option, value, 0, 0, 0)


def adopt_orphans() -> None:
    """Become the parent of descendants whose own parent ends, so that they can be found."""
    set_process_option(PR_SET_CHILD_SUBREAPER, 1)


def raise_scheduling_priority() -> None:
    """Have the kernel run this process, but not its children, before all others; as root only.

    A program that forks without end fills the machine with processes. Whoever is to kill them may
    not have to wait in line with them.
    """
    with contextlib.suppress(OSError, AttributeError):
        policy = os.SCHED_RR | os.SCHED_RESET_ON_FORK
        os.sched_setscheduler(0, policy, os.sched_param(1))

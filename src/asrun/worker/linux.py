"""What Linux does that Python has no function for; nothing elsewhere."""

from __future__ import annotations

import contextlib
import ctypes
import os
from typing import Any

PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS = 1, 36, 38  # linux/prctl.h


def call_libc(function: str, *arguments: Any) -> int:
    """Call a function of the C library; raise OSError where it fails."""
    result: int = getattr(ctypes.CDLL(None, use_errno=True), function)(*arguments)
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{function}: {os.strerror(code)}")
    return result


def set_process_option(option: int, value: int) -> None:
    """Call Linux's ``prctl``; do nothing where there is none."""
    with contextlib.suppress(OSError, AttributeError):
        call_libc("prctl", option, value, 0, 0, 0)


def adopt_orphans() -> None:
    """Have the kernel (Linux) hand this process its descendants' orphans, to be killed."""
    set_process_option(PR_SET_CHILD_SUBREAPER, 1)


def raise_scheduling_priority() -> None:
    """Have this process (Linux, root) scheduled before others, children apart.

    It ends programs that fork without end, which it cannot where it waits among all they started.
    """
    with contextlib.suppress(OSError, AttributeError):
        policy = os.SCHED_RR | os.SCHED_RESET_ON_FORK
        os.sched_setscheduler(0, policy, os.sched_param(1))

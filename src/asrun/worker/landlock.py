"""Landlock: the kernel refuses what a process would change outside its folder."""

from __future__ import annotations

import contextlib
import ctypes
import os
import struct
import sys
from pathlib import Path

from .linux import PR_SET_NO_NEW_PRIVS, kernel

# linux/landlock.h: rights by the version of the interface that brought them
LANDLOCK_CREATE_RULESET, LANDLOCK_ADD_RULE, LANDLOCK_RESTRICT_SELF = 444, 445, 446
WRITE_FILE, REFER, TRUNCATE = 1 << 1, 1 << 13, 1 << 14
REMOVE_AND_MAKE = sum(1 << bit for bit in range(4, 13))
SCOPE_ABSTRACT_SOCKETS, SCOPE_SIGNALS = 1, 2
DEVICES = ("null", "zero", "full", "nvidia*")


def forbid_writing(folder: Path) -> None:
    """Have the kernel (Linux 5.13) refuse every change outside ``folder`` and /dev/shm.

    Since Linux 6.12 it also refuses signals to processes outside.
    """
    if sys.platform != "linux":  # elsewhere the same numbers are other system calls
        return
    with contextlib.suppress(OSError, AttributeError):
        version = kernel("syscall", LANDLOCK_CREATE_RULESET, None, ctypes.c_size_t(0), 1)
        change = WRITE_FILE | REMOVE_AND_MAKE
        change |= (REFER if version >= 2 else 0) | (TRUNCATE if version >= 3 else 0)
        fields = 3 if version >= 6 else 1
        wanted = (change, 0, SCOPE_ABSTRACT_SOCKETS | SCOPE_SIGNALS)[:fields]
        rules = struct.pack(f"={fields}Q", *wanted)
        size = ctypes.c_size_t(len(rules))
        ruleset = kernel("syscall", LANDLOCK_CREATE_RULESET, rules, size, 0)
        allowed = [(folder, change), (Path("/dev/shm"), change)]
        for name in DEVICES:
            allowed += [
                (path, change & (WRITE_FILE | TRUNCATE)) for path in Path("/dev").glob(name)
            ]
        for path, rights in allowed:
            with contextlib.suppress(FileNotFoundError):
                place = os.open(path, os.O_PATH)
                rule = struct.pack("=Qi", rights, place)
                kernel("syscall", LANDLOCK_ADD_RULE, ruleset, 1, rule, 0)
                os.close(place)
        kernel("prctl", PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        kernel("syscall", LANDLOCK_RESTRICT_SELF, ruleset, 0)
        os.close(ruleset)

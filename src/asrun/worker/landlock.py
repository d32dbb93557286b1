"""Landlock, the part of Linux that refuses a process every change outside its folder."""

from __future__ import annotations

import contextlib
import ctypes
import os
import struct
import sys
from pathlib import Path

from .linux import PR_SET_NO_NEW_PRIVS, call_libc

# From linux/landlock.h. Version 2 of the interface brought REFER, version 3 TRUNCATE, version 6 the
# scopes.
LANDLOCK_CREATE_RULESET, LANDLOCK_ADD_RULE, LANDLOCK_RESTRICT_SELF = 444, 445, 446
WRITE_FILE_RIGHT, REFER_RIGHT, TRUNCATE_RIGHT = 1 << 1, 1 << 13, 1 << 14
REMOVE_AND_MAKE_RIGHTS = sum(1 << bit for bit in range(4, 13))
SCOPE_ABSTRACT_SOCKETS, SCOPE_SIGNALS = 1, 2
WRITABLE_DEVICES = ("null", "zero", "full", "nvidia*")


def forbid_writing(folder: Path) -> None:
    """Refuse this process and its descendants every change outside ``folder`` and /dev/shm.

    Since Linux 6.12 also signals to any other process. Before Linux 5.13, and on other systems,
    this does nothing.
    """
    if sys.platform != "linux":  # elsewhere these numbers are other system calls
        return
    with contextlib.suppress(OSError, AttributeError):
        abi_version = call_libc("syscall", LANDLOCK_CREATE_RULESET, None, ctypes.c_size_t(0), 1)
        change_rights = WRITE_FILE_RIGHT | REMOVE_AND_MAKE_RIGHTS
        change_rights |= (REFER_RIGHT if abi_version >= 2 else 0) | (
            TRUNCATE_RIGHT if abi_version >= 3 else 0
        )
        field_count = 3 if abi_version >= 6 else 1
        attributes = (change_rights, 0, SCOPE_ABSTRACT_SOCKETS | SCOPE_SIGNALS)[:field_count]
        packed_attributes = struct.pack(f"={field_count}Q", *attributes)
        size = ctypes.c_size_t(len(packed_attributes))
        ruleset = call_libc("syscall", LANDLOCK_CREATE_RULESET, packed_attributes, size, 0)
        path_rights = [(folder, change_rights), (Path("/dev/shm"), change_rights)]
        for name in WRITABLE_DEVICES:
            path_rights += [
                (path, change_rights & (WRITE_FILE_RIGHT | TRUNCATE_RIGHT))
                for path in Path("/dev").glob(name)
            ]
        for path, rights in path_rights:
            with contextlib.suppress(FileNotFoundError):
                path_handle = os.open(path, os.O_PATH)
                packed_rule = struct.pack("=Qi", rights, path_handle)
                call_libc("syscall", LANDLOCK_ADD_RULE, ruleset, 1, packed_rule, 0)
                os.close(path_handle)
        call_libc("prctl", PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        call_libc("syscall", LANDLOCK_RESTRICT_SELF, ruleset, 0)
        os.close(ruleset)

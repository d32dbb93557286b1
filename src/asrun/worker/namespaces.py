"""Namespaces of Linux: a network that leads nowhere, and mounts of a process's own."""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import os
import re
import signal
import socket
import struct
import sys
from pathlib import Path

from .linux import call_libc

CLONE_NEWNS, CLONE_NEWUTS, CLONE_NEWUSER, CLONE_NEWNET = 0x20000, 0x4000000, 0x10000000, 0x40000000
SIOCSIFFLAGS, IFF_UP = 0x8914, 1
MS_BIND, MS_REC, MS_PRIVATE = 0x1000, 0x4000, 0x40000


def make_namespaces() -> tuple[int, ...]:
    """Return handles of namespaces that have a loopback and no network; empty where refused.

    Their host's name is ``localhost``, so that what looks up its own name (gloo) finds itself. A
    process of its own makes them and shows that it can: the kernel may allow the first step and
    refuse the next (AppArmor does).
    """
    if sys.platform != "linux":
        return ()
    for user_flag in (0, CLONE_NEWUSER):
        ready_read, ready_write = os.pipe()
        child = os.fork()
        if child == 0:
            with contextlib.suppress(BaseException):
                unshare_namespaces(user_flag | CLONE_NEWNET | CLONE_NEWUTS)
                os.write(ready_write, b"1")
                signal.pause()
            os._exit(0)
        os.close(ready_write)
        handles: tuple[int, ...] = ()
        if os.read(ready_read, 1):
            names = ("user", "net", "uts") if user_flag else ("net", "uts")
            with contextlib.suppress(OSError):
                paths = [f"/proc/{child}/ns/{name}" for name in names]
                handles = tuple(os.open(path, os.O_RDONLY) for path in paths)
        os.close(ready_read)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        if handles:
            return handles
    return ()


def unshare_namespaces(flags: int) -> None:
    """Leave the namespaces that this process is in for new ones."""
    user_id, group_id = os.getuid(), os.getgid()
    call_libc("unshare", flags)
    if flags & CLONE_NEWUSER:
        Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
        Path("/proc/self/uid_map").write_text(f"{user_id} {user_id} 1", encoding="ascii")
        Path("/proc/self/gid_map").write_text(f"{group_id} {group_id} 1", encoding="ascii")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control_socket:
        fcntl.ioctl(control_socket, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", IFF_UP))
    socket.sethostname("localhost")


def enter_namespaces(handles: tuple[int, ...]) -> None:
    """Move this process into namespaces that `make_namespaces` made."""
    for handle in handles:
        call_libc("setns", handle, 0)


def mount_private_filesystems(folder: Path, megabytes: int, *, offline: bool) -> None:
    """Give this process, where the kernel allows it, what it would otherwise share.

    That is a /dev/shm, of bounded size, and ``offline`` name look-ups that ask nobody: they find
    nothing at once, rather than fail to reach a server, which gloo warns of.
    """
    with contextlib.suppress(OSError, AttributeError):
        call_libc("unshare", CLONE_NEWNS)
        mount_filesystem(None, "/", None, MS_REC | MS_PRIVATE)
        mount_filesystem("asrun", "/dev/shm", "tmpfs", 0, f"size={megabytes}m")
        if offline:
            configuration = Path("/etc/nsswitch.conf").read_text(encoding="utf-8")
            offline_file = folder / "nsswitch.conf"
            offline_file.write_text(
                re.sub(r"(?m)^hosts:.*", "hosts: files", configuration), encoding="utf-8"
            )
            mount_filesystem(str(offline_file), "/etc/nsswitch.conf", None, MS_BIND)


def mount_filesystem(
    source: str | None, target: str, filesystem_type: str | None, flags: int, options: str = ""
) -> None:
    """Mount something in the mount namespace that this process is in."""
    names = [None if text is None else text.encode() for text in (source, target, filesystem_type)]
    call_libc("mount", *names, ctypes.c_ulong(flags), options.encode())

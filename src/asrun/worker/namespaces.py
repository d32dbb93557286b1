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

from .linux import kernel

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
    for user in (0, CLONE_NEWUSER):
        ready, told = os.pipe()
        child = os.fork()
        if child == 0:
            with contextlib.suppress(BaseException):
                separate(user | CLONE_NEWNET | CLONE_NEWUTS)
                os.write(told, b"1")
                signal.pause()
            os._exit(0)
        os.close(told)
        handles: tuple[int, ...] = ()
        if os.read(ready, 1):
            names = ("user", "net", "uts") if user else ("net", "uts")
            with contextlib.suppress(OSError):
                paths = [f"/proc/{child}/ns/{name}" for name in names]
                handles = tuple(os.open(path, os.O_RDONLY) for path in paths)
        os.close(ready)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        if handles:
            return handles
    return ()


def separate(kinds: int) -> None:
    """Leave the namespaces that this process is in for new ones."""
    user, group = os.getuid(), os.getgid()
    kernel("unshare", kinds)
    if kinds & CLONE_NEWUSER:
        Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1", encoding="ascii")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1", encoding="ascii")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", IFF_UP))
    socket.sethostname("localhost")


def enter_namespaces(handles: tuple[int, ...]) -> None:
    """Move this process into namespaces that `make_namespaces` made."""
    for handle in handles:
        kernel("setns", handle, 0)


def own_mounts(folder: Path, megabytes: int, *, offline: bool) -> None:
    """Give this process, where the kernel allows it, what it would otherwise share.

    That is a /dev/shm, of bounded size, and ``offline`` name look-ups that ask nobody: they find
    nothing at once, rather than fail to reach a server, which gloo warns of.
    """
    with contextlib.suppress(OSError, AttributeError):
        kernel("unshare", CLONE_NEWNS)
        mount(None, "/", None, MS_REC | MS_PRIVATE)
        mount("asrun", "/dev/shm", "tmpfs", 0, f"size={megabytes}m")
        if offline:
            present = Path("/etc/nsswitch.conf").read_text(encoding="utf-8")
            changed = folder / "nsswitch.conf"
            changed.write_text(re.sub(r"(?m)^hosts:.*", "hosts: files", present), encoding="utf-8")
            mount(str(changed), "/etc/nsswitch.conf", None, MS_BIND)


def mount(what: str | None, where: str, kind: str | None, flags: int, data: str = "") -> None:
    """Mount something in the mount namespace that this process is in."""
    names = [None if text is None else text.encode() for text in (what, where, kind)]
    kernel("mount", *names, ctypes.c_ulong(flags), data.encode())

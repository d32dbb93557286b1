"""Namespaces of Linux: a network that leads nowhere, and private mounts."""

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
    """Return handles of namespaces that have a loopback and no other network; none if refused.

    Their host name is ``localhost``: gloo looks up its own host's name and must find itself.

    A child makes them, and its success is the test: AppArmor, for one, allows the first step and
    refuses the next. The handles keep the namespaces alive when the child has ended.
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
    """Move this process into new namespaces, with a loopback and the host name ``localhost``."""
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
    """Move this process into the namespaces that `make_namespaces` made."""
    for handle in handles:
        call_libc("setns", handle, 0)


def mount_private_filesystems(folder: Path, megabytes: int, *, offline: bool) -> None:
    """Give this process a /dev/shm of its own, of bounded size, if the kernel allows it.

    ``offline`` also makes it look up names of hosts in files alone. They are then unknown at once;
    gloo would warn of a name server that it cannot reach.
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
    """Call ``mount``, in the mount namespace of this process."""
    names = [None if text is None else text.encode() for text in (source, target, filesystem_type)]
    call_libc("mount", *names, ctypes.c_ulong(flags), options.encode())

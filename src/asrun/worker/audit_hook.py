"""An audit hook that refuses what leaves the sandbox, and finds the line of the program that did.

The kernel's part of the sandbox refuses more, but its errors name no line, and a program can catch
them in silence.
"""

from __future__ import annotations

import fcntl
import json
import os
import socket
import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .protocol import Refusal, RefusalKind

WRITE_FLAGS = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
REFUSAL_MESSAGES: dict[RefusalKind, str] = {
    "network": "no network here",
    "write": "no writing outside the program's folder",
}

RefusalRecorder = Callable[[RefusalKind, str], None]


def install_audit_hook(
    folders: list[str], allow_network: bool, record_refusal: RefusalRecorder
) -> None:
    """Refuse, from now on, what Python code does to files outside ``folders`` or to the network.

    A refusal is given to ``record_refusal`` (its kind, and the event with its subject), then raised
    as a PermissionError. Python has no way to take an audit hook out again.
    """
    writable_paths = [Path(name).resolve() for name in (*folders, "/dev/shm")]
    writable_paths += [Path("/dev", name) for name in ("null", "zero", "full")]

    def is_writable(
        path: Any, folder_handle: int | None = None, *, follow_link: bool = False
    ) -> bool:
        """Say whether a path lies where the program may write.

        A link at its end is followed only with ``follow_link``: most operations change the entry
        itself, not what it leads to.
        """
        if isinstance(path, int):  # a file that is open already
            return True
        full_path = Path(get_handle_path(folder_handle), os.fsdecode(path))
        if follow_link or full_path.name in ("", ".."):
            real_path = full_path.resolve()
        else:
            real_path = full_path.parent.resolve() / full_path.name
        return any(real_path.is_relative_to(writable_path) for writable_path in writable_paths)

    def is_open_allowed(path: Any, mode: str | None, flags: int) -> bool:
        is_write = flags & WRITE_FLAGS or (mode and not {"w", "a", "x", "+"}.isdisjoint(mode))
        return not is_write or is_writable(path, follow_link=True)

    def is_folder_allowed(path: Any, _mode: int, folder_handle: int = -1) -> bool:
        # To make a folder that exists changes nothing, and `exist_ok=True` does so often.
        return Path(os.fsdecode(path)).is_dir() or is_writable(path, folder_handle)

    def is_rename_allowed(
        source: Any, target: Any, source_handle: int = -1, target_handle: int = -1
    ) -> bool:
        return is_writable(source, source_handle) and is_writable(target, target_handle)

    def is_connection_allowed(_: Any, address: Any) -> bool:
        if isinstance(address, tuple):
            return is_local_host(address[0])
        # A Unix socket: one without a file has a name that starts with a zero byte.
        return os.fsdecode(address)[:1] == "\0" or is_writable(address)

    # Each rule takes the arguments that Python's table of audit events lists for its event.
    write_rules: dict[str, Callable[..., bool]] = {
        "open": is_open_allowed,
        "os.chmod": lambda path, _mode, handle=-1: is_writable(path, handle, follow_link=True),
        "os.chown": lambda path, _uid, _gid, handle=-1: is_writable(path, handle, follow_link=True),
        "os.link": lambda _, target, _handle=-1, handle=-1: is_writable(target, handle),
        "os.mkdir": is_folder_allowed,
        "os.remove": is_writable,
        "os.rename": is_rename_allowed,
        "os.rmdir": is_writable,
        "os.symlink": lambda _, target, handle=-1: is_writable(target, handle),
        "os.truncate": lambda path, _: is_writable(path, follow_link=True),
        "os.utime": lambda path, _, _ns, handle=-1: is_writable(path, handle, follow_link=True),
        "shutil.rmtree": is_writable,
    }
    network_rules: dict[str, Callable[..., bool]] = {
        "socket.connect": is_connection_allowed,
        "socket.sendto": is_connection_allowed,
        "socket.sendmsg": lambda socket_, address: (
            address is None or is_connection_allowed(socket_, address)
        ),
        "socket.getaddrinfo": lambda host, *_: is_local_host(host),
        "socket.gethostbyaddr": is_local_host,
        "socket.gethostbyname": is_local_host,
    }

    rules: dict[str, tuple[RefusalKind, Callable[..., bool]]]
    rules = {event: ("write", rule) for event, rule in write_rules.items()}
    if not allow_network:
        rules |= {event: ("network", rule) for event, rule in network_rules.items()}

    def check_event(event: str, arguments: tuple[Any, ...]) -> None:
        if event not in rules:
            return
        kind, rule = rules[event]
        if not rule(*arguments):
            subject = next(value for value in arguments if not isinstance(value, socket.socket))
            subject = os.fsdecode(subject) if isinstance(subject, str | bytes) else subject
            action = f"{event} {subject}"
            record_refusal(kind, action)
            raise PermissionError(f"{REFUSAL_MESSAGES[kind]} ({action})")

    sys.addaudithook(check_event)


def list_writable_paths(folder: Path) -> list[str]:
    """Return where in a job's folder its process may write.

    The program has two folders; the files are those that the worker's own code writes.
    """
    names = ("empty", "tmp", "stdout", "stderr", "refused", "report")
    return [str(folder / name) for name in names]


def make_refusal_recorder(folder: Path, filename: str) -> RefusalRecorder:
    """Return a function that appends a `Refusal` to the file ``refused`` in a job's folder.

    ``filename`` is what the program's code was compiled as: the innermost frame with this name is
    the line that is blamed.
    """

    def record_refusal(kind: RefusalKind, action: str) -> None:
        frame: types.FrameType | None = sys._getframe()
        while frame is not None and frame.f_code.co_filename != filename:
            frame = frame.f_back
        refusal: Refusal = {
            "kind": kind,
            "action": action,
            "line": frame.f_lineno if frame else None,
        }
        with open(folder / "refused", "a", encoding="utf-8") as file:
            file.write(json.dumps(refusal) + "\n")

    return record_refusal


def is_local_host(host: Any) -> bool:
    """Say whether a host's name or address is this machine's."""
    name = os.fsdecode(host) if host else ""
    return name.startswith("127.") or name in (
        *("", "localhost", "::1", "0.0.0.0", "::", "::ffff:127.0.0.1"),
        socket.gethostname(),
    )


def get_handle_path(handle: int | None) -> str:
    """Return the path of an open folder, or of the current one for None and for -1."""
    if handle is None or handle < 0:
        return "."
    if sys.platform == "darwin":
        return os.fsdecode(fcntl.fcntl(handle, fcntl.F_GETPATH, bytes(1024)).rstrip(b"\0"))
    return f"/proc/self/fd/{handle}"

"""An audit hook: it names the line that reaches out of the fence, and refuses it."""

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

WRITE_FLAGS = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
REFUSAL_MESSAGES = {
    "network": "no network here",
    "write": "no writing outside the program's folder",
}


def install_audit_hook(
    folders: list[str], allow_network: bool, record_refusal: Callable[[str, str], None]
) -> None:
    """Refuse, from now on, what Python code does outside ``folders`` or to the network.

    An audit hook: it cannot be taken out again. Each refusal is noted, then raised as a
    PermissionError.
    """
    writable_paths = [Path(name).resolve() for name in (*folders, "/dev/shm")]
    writable_paths += [Path("/dev", name) for name in ("null", "zero", "full")]

    def is_writable(path: Any, folder_handle: int | None = None, *, is_entry: bool = True) -> bool:
        """Say whether a path is the program's; of an ``entry`` only its folder is followed."""
        if isinstance(path, int):
            return True
        full_path = Path(get_handle_path(folder_handle), os.fsdecode(path))
        is_entry = is_entry and full_path.name not in ("", "..")
        real_path = full_path.parent.resolve() / full_path.name if is_entry else full_path.resolve()
        return any(real_path.is_relative_to(writable_path) for writable_path in writable_paths)

    def is_open_allowed(path: Any, mode: str | None, flags: int) -> bool:
        is_write = flags & WRITE_FLAGS or (mode and not {"w", "a", "x", "+"}.isdisjoint(mode))
        return not is_write or is_writable(path, is_entry=False)

    def is_connection_allowed(_: Any, address: Any) -> bool:
        if isinstance(address, tuple):
            return is_local_host(address[0])
        return os.fsdecode(address)[:1] == "\0" or is_writable(address)

    write_rules: dict[str, Callable[..., bool]] = {
        "open": is_open_allowed,
        "os.chmod": lambda path, _mode, at=-1: is_writable(path, at, is_entry=False),
        "os.chown": lambda path, _user, _group, at=-1: is_writable(path, at, is_entry=False),
        "os.link": lambda _, to, _at=-1, to_at=-1: is_writable(to, to_at),
        "os.mkdir": lambda path, _mode, at=-1: (
            Path(os.fsdecode(path)).is_dir() or is_writable(path, at)
        ),
        "os.remove": is_writable,
        "os.rename": lambda one, two, at=-1, to=-1: is_writable(one, at) and is_writable(two, to),
        "os.rmdir": is_writable,
        "os.symlink": lambda _, to, at=-1: is_writable(to, at),
        "os.truncate": lambda path, _: is_writable(path, is_entry=False),
        "os.utime": lambda path, _times, _ns, at=-1: is_writable(path, at, is_entry=False),
        "shutil.rmtree": is_writable,
    }
    network_rules: dict[str, Callable[..., bool]] = {
        "socket.connect": is_connection_allowed,
        "socket.sendto": is_connection_allowed,
        "socket.sendmsg": lambda one, to: to is None or is_connection_allowed(one, to),
        "socket.getaddrinfo": lambda host, *_: is_local_host(host),
        "socket.gethostbyaddr": is_local_host,
        "socket.gethostbyname": is_local_host,
    }
    rules = {
        **{event: ("write", rule) for event, rule in write_rules.items()},
        **(
            {}
            if allow_network
            else {event: ("network", rule) for event, rule in network_rules.items()}
        ),
    }

    def check_event(event: str, arguments: tuple[Any, ...]) -> None:
        if event not in rules:
            return
        kind, rule = rules[event]
        if not rule(*arguments):
            subject = next(value for value in arguments if not isinstance(value, socket.socket))
            action = (
                f"{event} {os.fsdecode(subject) if isinstance(subject, str | bytes) else subject}"
            )
            record_refusal(kind, action)
            raise PermissionError(f"{REFUSAL_MESSAGES[kind]} ({action})")

    sys.addaudithook(check_event)


def list_program_folders(folder: Path) -> list[str]:
    """Return where a job's program may write: two folders, and what the worker itself opens."""
    names = ("empty", "tmp", "stdout", "stderr", "refused", "report")
    return [str(folder / name) for name in names]


def make_refusal_recorder(folder: Path, filename: str) -> Callable[[str, str], None]:
    """Return a function that notes what the guard refuses, with the program's line."""

    def record_refusal(kind: str, action: str) -> None:
        frame: types.FrameType | None = sys._getframe()
        while frame is not None and frame.f_code.co_filename != filename:
            frame = frame.f_back
        line = frame.f_lineno if frame else None
        with open(folder / "refused", "a", encoding="utf-8") as file:
            file.write(json.dumps({"kind": kind, "what": action, "line": line}) + "\n")

    return record_refusal


def is_local_host(host: Any) -> bool:
    """Say whether a host is this machine."""
    name = os.fsdecode(host) if host else ""
    return name.startswith("127.") or name in (
        *("", "localhost", "::1", "0.0.0.0", "::", "::ffff:127.0.0.1"),
        socket.gethostname(),
    )


def get_handle_path(handle: int | None) -> str:
    """Return the path of an open folder; of -1 and None, the current one."""
    if handle is None or handle < 0:
        return "."
    if sys.platform == "darwin":
        return os.fsdecode(fcntl.fcntl(handle, fcntl.F_GETPATH, bytes(1024)).rstrip(b"\0"))
    return f"/proc/self/fd/{handle}"

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

WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
WORDS = {
    "network": "no network here",
    "write": "no writing outside the program's folder",
}


def guard(folders: list[str], network: bool, note: Callable[[str, str], None]) -> None:
    """Refuse, from now on, what Python code does outside ``folders`` or to the network.

    An audit hook: it cannot be taken out again. Each refusal is noted, then raised as a
    PermissionError.
    """
    own = [Path(name).resolve() for name in (*folders, "/dev/shm")]
    own += [Path("/dev", name) for name in ("null", "zero", "full")]

    def inside(path: Any, at: int | None = None, *, entry: bool = True) -> bool:
        """Say whether a path is the program's; of an ``entry`` only its folder is followed."""
        if isinstance(path, int):
            return True
        name = Path(handle_path(at), os.fsdecode(path))
        entry = entry and name.name not in ("", "..")
        real = name.parent.resolve() / name.name if entry else name.resolve()
        return any(real.is_relative_to(place) for place in own)

    def opens(path: Any, mode: str | None, flags: int) -> bool:
        writes = flags & WRITES or (mode and not {"w", "a", "x", "+"}.isdisjoint(mode))
        return not writes or inside(path, entry=False)

    def connects(_: Any, address: Any) -> bool:
        if isinstance(address, tuple):
            return is_local(address[0])
        return os.fsdecode(address)[:1] == "\0" or inside(address)

    changes: dict[str, Callable[..., bool]] = {
        "open": opens,
        "os.chmod": lambda path, _mode, at=-1: inside(path, at, entry=False),
        "os.chown": lambda path, _user, _group, at=-1: inside(path, at, entry=False),
        "os.link": lambda _, to, _at=-1, to_at=-1: inside(to, to_at),
        "os.mkdir": lambda path, _mode, at=-1: Path(os.fsdecode(path)).is_dir() or inside(path, at),
        "os.remove": inside,
        "os.rename": lambda one, two, at=-1, to=-1: inside(one, at) and inside(two, to),
        "os.rmdir": inside,
        "os.symlink": lambda _, to, at=-1: inside(to, at),
        "os.truncate": lambda path, _: inside(path, entry=False),
        "os.utime": lambda path, _times, _ns, at=-1: inside(path, at, entry=False),
        "shutil.rmtree": inside,
    }
    reaches: dict[str, Callable[..., bool]] = {
        "socket.connect": connects,
        "socket.sendto": connects,
        "socket.sendmsg": lambda one, to: to is None or connects(one, to),
        "socket.getaddrinfo": lambda host, *_: is_local(host),
        "socket.gethostbyaddr": is_local,
        "socket.gethostbyname": is_local,
    }
    rules = {
        **{event: ("write", rule) for event, rule in changes.items()},
        **({} if network else {event: ("network", rule) for event, rule in reaches.items()}),
    }

    def hook(event: str, values: tuple[Any, ...]) -> None:
        if event not in rules:
            return
        kind, rule = rules[event]
        if not rule(*values):
            shown = next(value for value in values if not isinstance(value, socket.socket))
            what = f"{event} {os.fsdecode(shown) if isinstance(shown, str | bytes) else shown}"
            note(kind, what)
            raise PermissionError(f"{WORDS[kind]} ({what})")

    sys.addaudithook(hook)


def program_folders(folder: Path) -> list[str]:
    """Return where a job's program may write: two folders, and what the worker itself opens."""
    names = ("empty", "tmp", "stdout", "stderr", "refused", "report")
    return [str(folder / name) for name in names]


def noted(folder: Path, shown: str) -> Callable[[str, str], None]:
    """Return a function that notes what the guard refuses, with the program's line."""

    def note(kind: str, what: str) -> None:
        frame: types.FrameType | None = sys._getframe()
        while frame is not None and frame.f_code.co_filename != shown:
            frame = frame.f_back
        line = frame.f_lineno if frame else None
        with open(folder / "refused", "a", encoding="utf-8") as file:
            file.write(json.dumps({"kind": kind, "what": what, "line": line}) + "\n")

    return note


def is_local(host: Any) -> bool:
    """Say whether a host is this machine."""
    name = os.fsdecode(host) if host else ""
    return name.startswith("127.") or name in (
        *("", "localhost", "::1", "0.0.0.0", "::", "::ffff:127.0.0.1"),
        socket.gethostname(),
    )


def handle_path(handle: int | None) -> str:
    """Return the path of an open folder; of -1 and None, the current one."""
    if handle is None or handle < 0:
        return "."
    if sys.platform == "darwin":
        return os.fsdecode(fcntl.fcntl(handle, fcntl.F_GETPATH, bytes(1024)).rstrip(b"\0"))
    return f"/proc/self/fd/{handle}"

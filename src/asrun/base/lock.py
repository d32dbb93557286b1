"""A lock between processes: one at a time changes the records of a project."""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TextIO

_POLLING_SECONDS = 0.1


@contextlib.contextmanager
def hold_lock(file: Path, purpose: str, say: Callable[[str], None]) -> Iterator[None]:
    """Hold a lock within this context; wait for it while another process holds it.

    The kernel frees the lock when its holder ends, however it ends, so that no lock is ever stale:
    what a killed process left in the file is written over.

    Args:
        file: the lock's file, which says who holds it.
        purpose: what the holder does, such as ``asrun update``.
        say: called once, with who holds the lock, if this process has to wait.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a+", encoding="utf-8") as stream:
        if not _try_to_lock(stream):
            holder = file.read_text(encoding="utf-8", errors="replace").strip()
            say(f"Waiting for another process: {holder or 'it does not say which'}.")
            while not _try_to_lock(stream):
                time.sleep(_POLLING_SECONDS)
        stream.truncate(0)
        since = datetime.now().astimezone().strftime("%Y-%m-%d %H:%M:%S %z")
        stream.write(f"{purpose}, process {os.getpid()}, since {since}\n")
        stream.flush()
        try:
            yield
        finally:
            stream.truncate(0)


def _try_to_lock(stream: TextIO) -> bool:
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # some network file systems know no locks; without one it is as it was before
        return True
    return True

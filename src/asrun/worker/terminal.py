"""A pseudo-terminal for a job's standard output: all writers share one stream, line by line.

A library, a child process and ``print`` each flush a terminal's lines at once, so their order is
what a reader sees. Into a file, each would write its own buffer when that is full.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import struct
import sys
import termios
from dataclasses import dataclass, field

MAX_OUTPUT_BYTES = 16 * 2**20
MAX_CHUNKS = 16  # of at most 4 KiB on Linux, which are read of one job before the next
LINES, COLUMNS = 24, 80


@dataclass
class Terminal:
    """Both ends of a pseudo-terminal, and what was read from it so far.

    ``writer`` is the end that the job writes to; the server closes its own copy of it.
    """

    reader: int
    writer: int
    content: bytearray = field(default_factory=bytearray)

    def close_writer(self) -> None:
        """Close this process's copy of the end that the job writes to."""
        os.close(self.writer)

    def read_available(self, max_chunks: int = MAX_CHUNKS) -> bool:
        """Read what is there, without waiting; say whether more may come.

        No more is kept than one byte above the limit, see `has_too_much`.

        Args:
            max_chunks: how many times to read at most: a program may write without end.
        """
        for _ in range(max_chunks):
            try:
                chunk = os.read(self.reader, 65536)
            except BlockingIOError:
                return True
            except OSError:  # nobody can write to it any more
                return False
            if not chunk:
                return False
            self.content += chunk[: MAX_OUTPUT_BYTES + 1 - len(self.content)]
        return True

    def has_too_much(self) -> bool:
        """Say whether more was written than a job may write."""
        return len(self.content) > MAX_OUTPUT_BYTES

    def finish(self) -> str:
        """Read the rest and close; return all, with escapes for what is not UTF-8."""
        self.read_available(sys.maxsize)
        os.close(self.reader)
        return self.content.decode("utf-8", "backslashreplace")


def open_terminal() -> Terminal:
    """Open a terminal that changes nothing of what is written to it."""
    reader, writer = os.openpty()
    attributes = termios.tcgetattr(writer)
    attributes[1] &= ~termios.OPOST
    attributes[3] &= ~(termios.ECHO | termios.ISIG | termios.ICANON)
    termios.tcsetattr(writer, termios.TCSANOW, attributes)
    with contextlib.suppress(OSError):
        fcntl.ioctl(writer, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
    os.set_blocking(reader, False)
    return Terminal(reader, writer)

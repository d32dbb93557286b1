"""How a command ends when a signal asks it to, whoever started it.

A command ends the same way whether it runs in a terminal, in the background of a script or under a
service manager: each ``with`` and ``finally`` does its work, so that no process and no temporary
folder is left behind.
"""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator
from types import FrameType
from typing import NoReturn

from asrun.worker.signals import reset_inherited_signals

ENDING_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextlib.contextmanager
def ending_on_signals() -> Iterator[None]:
    """End on SIGINT, SIGTERM and SIGHUP within this context, in good order.

    SIGINT raises KeyboardInterrupt; the others raise SystemExit, with 128 and their number as the
    exit status, as shells have it. SIGHUP stays ignored if it was: that is what ``nohup`` is for.
    SIGINT and SIGTERM do not: nobody asks for a command that cannot be ended. Children inherit
    none of this. The end of the context restores what was inherited, unless a signal ended it: the
    process is then about to end, too. Outside the main thread, Python allows no handlers, and
    nothing changes.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    inherited_handlers = {number: signal.getsignal(number) for number in ENDING_SIGNALS}
    inherited_mask = signal.pthread_sigmask(signal.SIG_BLOCK, ())
    inherited_child_handler = signal.getsignal(signal.SIGCHLD)
    for number, handler in inherited_handlers.items():
        if number != signal.SIGHUP or handler != signal.SIG_IGN:
            signal.signal(number, _end_command)
    reset_inherited_signals()
    try:
        yield
    finally:
        if signal.getsignal(signal.SIGTERM) == _end_command:
            for number, handler in {
                **inherited_handlers,
                signal.SIGCHLD: inherited_child_handler,
            }.items():
                signal.signal(number, signal.SIG_DFL if handler is None else handler)
            signal.pthread_sigmask(signal.SIG_SETMASK, inherited_mask)


def _end_command(number: int, _: FrameType | None) -> NoReturn:
    for ending_signal in ENDING_SIGNALS:  # a second one would interrupt the cleaning up
        signal.signal(ending_signal, signal.SIG_IGN)
    if number == signal.SIGINT:
        raise KeyboardInterrupt
    raise SystemExit(128 + number)

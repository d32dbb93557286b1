"""What a process does about the signals that it inherited from whoever started it.

A shell that starts a script in the background has it ignore Ctrl-C, and some supervisors ignore or
block other signals. All of that passes on to children, also through ``exec``.
"""

from __future__ import annotations

import signal


def reset_inherited_signals() -> None:
    """Let signals arrive, and let the system keep how each child of this process ends.

    Where SIGCHLD is ignored, the exit status of a child is lost: `subprocess` then calls it 0.
    """
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())

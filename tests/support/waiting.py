"""Waiting for what happens in other processes, as long as a busy machine may need."""

from __future__ import annotations

import time
from collections.abc import Callable

PATIENCE_SECONDS = 60


def wait_for(condition: Callable[[], object]) -> bool:
    """Return whether a condition came true; ask until it does, or patience ends."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True

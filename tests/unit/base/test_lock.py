"""A lock is held by one process, says by which, and outlives none."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from asrun.base.lock import hold_lock

HOLDER = """
import sys, time
from pathlib import Path
from asrun.base.lock import hold_lock
with hold_lock(Path(sys.argv[1]), "asrun update", print):
    print("held", flush=True)
    time.sleep(float(sys.argv[2]))
"""


def start_holder(file: Path, seconds: float) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(file), str(seconds)],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_a_lock_says_who_holds_it_and_since_when_and_is_waited_for(tmp_path):
    file = tmp_path / "cache/lock"
    with start_holder(file, 0.5) as holder:
        said: list[str] = []
        with hold_lock(file, "asrun new", said.append):
            assert holder.poll() is not None or holder.wait(5) == 0
            assert file.read_text().startswith(f"asrun new, process {os.getpid()}, since 20")
    (line,) = said
    assert line.startswith(f"Waiting for another process: asrun update, process {holder.pid}, ")
    assert file.read_text() == ""


def test_the_lock_of_a_killed_process_is_taken_over(tmp_path):
    file = tmp_path / "lock"
    with start_holder(file, 60) as holder:
        holder.kill()
    assert f"process {holder.pid}," in file.read_text()
    said: list[str] = []
    start = time.monotonic()
    with hold_lock(file, "asrun update", said.append):
        assert str(holder.pid) not in file.read_text()
    assert said == []
    assert time.monotonic() - start < 5

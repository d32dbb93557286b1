from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from asrun.worker.processes import kill_group, list_children, list_process_tree

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are found in /proc")


@pytest.fixture
def parent():
    """A process with a child of its own."""
    code = "import subprocess; print(subprocess.Popen(['sleep', '60']).pid, flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        yield process.pid, int(process.stdout.readline())
        kill_group(process.pid)


def test_a_tree_has_the_children_of_children(parent):
    pid, child = parent
    assert list_children(pid) == [child]
    assert list_process_tree(pid, 10) == [pid, child]
    assert {pid, child} <= {*list_process_tree(os.getpid(), 1000)}


def test_a_tree_is_not_searched_beyond_what_is_asked(parent):
    pid, _ = parent
    assert list_process_tree(pid, 1) == [pid]


def test_a_group_ends_with_its_leader(parent):
    pid, child = parent
    kill_group(pid)
    status = Path(f"/proc/{child}/status")
    for _ in range(100):
        if not status.exists() or "State:\tZ" in status.read_text():
            return
        time.sleep(0.05)
    pytest.fail("the child outlived its group's leader")


def test_a_process_that_has_ended_has_no_children_and_is_not_killed():
    assert list_children(2**22 + 1) == []
    kill_group(2**22 + 1)

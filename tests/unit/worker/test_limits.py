from __future__ import annotations

import os
import sys

import pytest

from asrun.worker import limits
from asrun.worker.limits import find_exceeded_limit, sum_memory_megabytes, walk_folder

linux = pytest.mark.skipif(sys.platform != "linux", reason="memory is measured in /proc")


def test_a_job_within_its_limits_exceeds_none(tmp_path):
    (tmp_path / "file").write_text("x")
    assert find_exceeded_limit([], tmp_path, 1024) is None


@pytest.mark.parametrize("limit", ["MAX_DISK_FILES", "MAX_DISK_MEGABYTES"])
def test_files_are_counted_in_folders_too(tmp_path, monkeypatch, limit: str):
    (tmp_path / "a/b").mkdir(parents=True)
    for number in range(3):
        (tmp_path / f"a/b/{number}").write_bytes(os.urandom(2**20))
    monkeypatch.setattr(limits, limit, 2)
    assert (find_exceeded_limit([], tmp_path, 1024) or "").startswith("writes more than ")


@linux
def test_memory_of_all_processes_counts_together(tmp_path):
    block = bytearray(b"x") * (2 * 2**20)
    says = find_exceeded_limit([os.getpid()], tmp_path, 1)
    assert len(block) and says == "holds more than 2 MiB of memory in all its processes"
    assert sum_memory_megabytes([os.getpid()] * 2, "status", ("RssAnon:",)) > 2


def test_a_process_that_has_ended_holds_nothing():
    assert sum_memory_megabytes([2**22 + 1], "status", ("RssAnon:",)) == 0


def test_a_folder_is_walked_with_all_below_it(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a/b").touch()
    assert {*walk_folder(tmp_path)} == {tmp_path / "a", tmp_path / "a/b"}

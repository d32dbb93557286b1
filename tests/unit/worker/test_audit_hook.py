from __future__ import annotations

import json
import os
import socket
import sys

import pytest

from asrun.worker.audit_hook import (
    get_handle_path,
    is_local_host,
    list_writable_paths,
    make_refusal_recorder,
)
from asrun.worker.protocol import is_refusal


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1", "127.9.9.9", b"::1", "", None, socket.gethostname()]
)
def test_this_machine_is_known_by_any_of_its_names(host: object):
    assert is_local_host(host)


@pytest.mark.parametrize("host", ["example.org", "192.0.2.1", "1.127.0.0", b"10.0.0.1"])
def test_another_machine_is_not_this_one(host: object):
    assert not is_local_host(host)


@pytest.mark.skipif(sys.platform != "linux", reason="looked up in /proc")
def test_an_open_folder_has_a_path(tmp_path):
    handle = os.open(tmp_path, os.O_RDONLY)
    try:
        assert os.path.realpath(get_handle_path(handle)) == str(tmp_path.resolve())
    finally:
        os.close(handle)
    assert get_handle_path(None) == get_handle_path(-1) == "."


def test_the_files_of_the_worker_are_writable_and_the_folder_itself_is_not(tmp_path):
    paths = list_writable_paths(tmp_path)
    assert str(tmp_path / "report") in paths
    assert str(tmp_path) not in paths


def test_a_refusal_is_recorded_with_the_programs_innermost_line(tmp_path):
    variables = {"refuse": make_refusal_recorder(tmp_path, "x.py")}
    source = "def f():\n    refuse('write', 'open /x')\n\n\nf()\n"
    exec(compile(source, "x.py", "exec"), variables)
    make_refusal_recorder(tmp_path, "y.py")("network", "socket.connect there")
    lines = (tmp_path / "refused").read_text(encoding="utf-8").splitlines()
    first, second = map(json.loads, lines)
    assert is_refusal(first) and is_refusal(second)
    assert first == {"kind": "write", "action": "open /x", "line": 2}
    assert second["line"] is None

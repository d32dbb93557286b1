from __future__ import annotations

import sys
from pathlib import Path

import pytest

from asrun.worker.traces import find_traces

FOLDER = Path("/tmp/asrun-x")
NOVEMBER_30 = 1796000000.0  # 2026-11-30, 00:53 UTC


@pytest.mark.parametrize(
    ("output", "kind", "text"),
    [
        ("in /tmp/asrun-x/code/one.py, line 3", "path", "/tmp/asrun-x/code/one.py"),
        (f"'{sys.prefix}/lib/x.py'", "path", f"{sys.prefix}/lib/x.py"),
        ("<f at 0x7f12ab> 1", "address", "0x7f12ab"),
        ("0x7f12ab34cd56", "address", "0x7f12ab34cd56"),
        ("worker (pid 4321) exited", "pid", "4321"),
        ("2026-11-30", "date", "2026-11-30"),
        ("Mon Nov 30 00:53", "date", "Mon Nov 30"),
    ],
)
def test_what_is_of_this_run_is_found(output: str, kind: str, text: str):
    traces = find_traces(output, "", FOLDER, range(4320, 4330), NOVEMBER_30)
    assert {"kind": kind, "text": text} in traces
    assert find_traces(output, text, FOLDER, range(4320, 4330), NOVEMBER_30) == [
        trace for trace in traces if trace["text"] not in text
    ]


@pytest.mark.parametrize(
    "output",
    [
        *("0xff 0xdeadbeef 0x9e3779b97f4a7c15", "0x1.921fb54442d18p+1"),
        *("/usr/bin/env /tmp/x /home/me", "x/tmp/asrun-x", "/tmp/asrun-xy"),
        *("4321.5 14321 1.4321", "2026-11-3", "2025-11-30"),
    ],
)
def test_what_only_looks_like_it_is_none(output: str):
    assert find_traces(output, "", FOLDER, range(4320, 4330), NOVEMBER_30) == []

from __future__ import annotations

import sys
from dataclasses import replace

from asrun import key
from asrun.key import modules, run_key, version, versions

TORCH = {"torch": "2.14.1"}


def test_imports_are_found_wherever_they_stand_and_the_standard_library_is_left_out():
    source = "import os, torch.nn as nn\ndef f():\n    from numpy.linalg import norm\n"
    assert modules(source) == ("numpy.linalg", "torch.nn")


def test_versions_are_read_without_importing():
    loaded = set(sys.modules)
    assert versions("import zensical") == {"zensical": version("zensical")}
    assert version("zensical") is not None
    assert "zensical" not in set(sys.modules) - loaded


def test_a_module_named_unlike_its_distribution_is_found():
    assert version("PIL") is not None


def test_the_key_changes_with_code_versions_and_engine(snippet, monkeypatch):
    one = snippet("import torch\nprint(1)\n")
    keys = {
        run_key(one, TORCH),
        run_key(replace(one, source=one.source + "\n"), TORCH),
        run_key(replace(one, path="snippets/a/other.py"), TORCH),
        run_key(one, {"torch": "2.13.0"}),
    }
    monkeypatch.setattr(key, "_engine", lambda: "another engine")
    keys.add(run_key(one, TORCH))
    assert len(keys) == 5
    assert run_key(one, TORCH) == run_key(one, dict(TORCH))


def test_there_is_no_key_where_something_is_not_installed(snippet):
    assert run_key(snippet("import no_such_module\nprint(1)\n")) is None


def test_the_engine_part_covers_what_decides_a_run():
    folder = key.Path(key.__file__).parent
    assert all(list(folder.glob(pattern)) for pattern in key._ENGINE)
    assert {"worker/*.py", "runner.py"} <= set(key._ENGINE)

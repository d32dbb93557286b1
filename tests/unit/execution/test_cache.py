from __future__ import annotations

from dataclasses import replace

from asrun.base.files import PACKAGE_FOLDER
from asrun.execution.cache import ENGINE_PATTERNS, compute_cache_key

TORCH = {"torch": "2.14.1"}


def test_the_key_changes_with_code_versions_and_engine(snippet, monkeypatch):
    one = snippet("import torch\nprint(1)\n")
    keys = {
        compute_cache_key(one, TORCH),
        compute_cache_key(replace(one, source=one.source + "\n"), TORCH),
        compute_cache_key(replace(one, path="snippets/a/other.py"), TORCH),
        compute_cache_key(one, {"torch": "2.13.0"}),
    }
    monkeypatch.setattr("asrun.execution.cache._compute_engine_digest", lambda: "another engine")
    keys.add(compute_cache_key(one, TORCH))
    assert len(keys) == 5
    assert compute_cache_key(one, TORCH) == compute_cache_key(one, dict(TORCH))


def test_there_is_no_key_where_something_is_not_installed(snippet):
    assert compute_cache_key(snippet("import no_such_module\nprint(1)\n")) is None


def test_the_engine_part_covers_what_decides_a_run():
    folder = PACKAGE_FOLDER
    assert all(list(folder.glob(pattern)) for pattern in ENGINE_PATTERNS)
    assert {"worker/*.py", "execution/*.py"} <= set(ENGINE_PATTERNS)

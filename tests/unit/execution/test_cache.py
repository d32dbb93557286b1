from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from asrun.base.errors import Location, ProjectError, RunError
from asrun.base.files import PACKAGE_FOLDER
from asrun.execution import cache as cache_module
from asrun.execution.cache import (
    ENGINE_PATTERNS,
    Cache,
    compute_cache_key,
    compute_code_digest,
    run_or_load_snippets,
)
from asrun.execution.result import Result, Run, Skipped

TORCH = {"torch": "2.14.1"}


class StandIn:
    """A runner that runs nothing: it has a result for each snippet's name."""

    def __init__(self, **results: Result) -> None:
        self.results = results
        self.names: list[str] = []

    def run_snippets(self, snippets, _progress=None) -> Iterator[tuple[object, Result]]:
        snippets = list(snippets)
        self.names += [snippet.name for snippet in snippets]
        return iter([(snippet, self.results[snippet.name]) for snippet in snippets])


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


def test_the_digest_of_the_engine_covers_what_decides_a_run():
    files = {file for pattern in ENGINE_PATTERNS for file in PACKAGE_FOLDER.glob(pattern)}
    for folder in ("worker", "execution"):
        assert {*(PACKAGE_FOLDER / folder).glob("*.py")} <= files


def test_a_pattern_without_a_file_is_an_error(monkeypatch, snippet, fresh_digest):
    monkeypatch.setattr(cache_module, "ENGINE_PATTERNS", (*ENGINE_PATTERNS, "runner/*.py"))
    with pytest.raises(ProjectError) as caught:
        compute_cache_key(snippet("print(1)\n"))
    assert str(caught.value).startswith(
        "src/asrun/runner/*.py:1: a pattern of the engine's digest matches no file"
    )


@pytest.fixture
def fresh_digest() -> Iterator[Callable[[], str]]:
    """Have the engine's digest computed again in this test and after it."""
    compute = cache_module._compute_engine_digest
    compute.cache_clear()
    yield compute
    compute.cache_clear()


def test_the_digest_changes_with_any_of_its_files(monkeypatch, tmp_path):
    monkeypatch.setattr(cache_module, "PACKAGE_FOLDER", tmp_path)
    (tmp_path / "worker").mkdir()
    digests = set()
    for name, text in (("a.py", "1"), ("a.py", "2"), ("b.py", "1")):
        (tmp_path / "worker" / name).write_text(text)
        digests.add(compute_code_digest(["worker/*.py"]))
    assert len(digests) == 3


def test_a_stored_run_is_found_again(tmp_path, snippet):
    cache, one = Cache(tmp_path / "cache"), snippet("print(1)\n")
    tensors = {"x": {"shape": [1], "dtype": "int64", "values": [1]}}
    run = Run("1\n", tensors, ("<svg/>",), {"torch": "2"})
    assert cache.find_run(one) is None
    cache.store_run(compute_cache_key(one), run)
    assert cache.find_run(one) == run


@pytest.mark.parametrize("text", ['{"output": "1', "[]", "{}", '{"plots": [], "other": 1}', ""])
def test_a_damaged_entry_is_as_good_as_none(tmp_path, text: str):
    (tmp_path / "k.json").write_text(text)
    assert Cache(tmp_path).load_run("k") is None


def test_runs_alone_are_stored(tmp_path, snippet):
    names = ("a/good.py", "a/bad.py", "a/skipped.py", "a/unknown.py")
    good, bad, skipped = (snippet("print(1)\n", name=name) for name in names[:3])
    unknown = snippet("import no_such_module\n", name=names[3])
    results: list[Result] = [
        Run("1\n"),
        RunError(Location("x"), "raises", "Mend it."),
        Skipped("cuda"),
        Run("2\n"),
    ]
    for missing in (names, names[1:]):
        runner = StandIn(**dict(zip(names, results, strict=True)))
        snippets = [good, bad, skipped, unknown]
        found = list(run_or_load_snippets(snippets, Cache(tmp_path), runner))
        assert [result for _, result in found] == results
        assert runner.names == [*missing]


def test_a_key_is_computed_once_and_before_the_program_runs(tmp_path, snippet, monkeypatch):
    """What is installed may change while it runs."""
    one, keys = snippet("print(1)\n"), iter(["before", "after"])
    monkeypatch.setattr(cache_module, "compute_cache_key", lambda _: next(keys))
    cache = Cache(tmp_path)
    list(run_or_load_snippets([one], cache, StandIn(**{one.name: Run("1\n")})))
    assert cache.load_run("before") == Run("1\n")
    assert next(keys) == "after"


def test_programs_start_before_the_first_result_is_asked_for(tmp_path, snippet):
    one = snippet("print(1)\n")
    runner = StandIn(**{one.name: Run("1\n")})
    results = run_or_load_snippets([one], Cache(tmp_path), runner)
    assert runner.names == [one.name]
    assert list(results) == [(one, Run("1\n"))]

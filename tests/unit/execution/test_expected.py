from __future__ import annotations

import pytest

from asrun.base.errors import Location, RecordError, RunError
from asrun.execution.cache import Cache, collect_results
from asrun.execution.expected import (
    compare_with_expected,
    read_expected_output,
    write_expected_outputs,
)
from asrun.execution.result import Run
from asrun.execution.runner import Runner


def test_a_stored_run_is_found_again(tmp_path, snippet):
    cache, one = Cache(tmp_path / "cache"), snippet("print(1)\n")
    tensors = {"x": {"shape": [1], "dtype": "int64", "values": [1]}}
    run = Run("1\n", tensors, ("<svg/>",), {"torch": "2"})
    assert cache.find_run(one) is None
    from asrun.execution.cache import compute_cache_key

    cache.store_run(compute_cache_key(one), run)
    assert cache.find_run(one) == run


def test_a_damaged_entry_is_as_good_as_none(tmp_path):
    (tmp_path / "k.json").write_text('{"output": "1')
    assert Cache(tmp_path).load_run("k") is None


class Counted(Runner):
    """A runner that counts what it runs."""

    ran: list[str]

    def run_snippets(self, snippets, progress=None):
        todo = list(snippets)
        self.ran = [s.name for s in todo]
        return super().run_snippets(todo, progress)


def test_only_what_has_no_stored_success_runs(tmp_path, snippet):
    good = snippet("print(1)\n", name="a/good.py")
    bad = snippet("1 / 0\n", name="a/bad.py")
    cache = Cache(tmp_path)
    with Counted() as runner:
        collect_results([good, bad], cache, runner)
        assert runner.ran == ["a/good.py", "a/bad.py"]
        collect_results([good, bad], cache, runner)
        assert runner.ran == ["a/bad.py"]


def test_nothing_starts_if_nothing_is_missing(tmp_path, snippet):
    one, cache = snippet("print(1)\n"), Cache(tmp_path)
    with Runner() as runner:
        collect_results([one], cache, runner)
    with Runner() as idle:
        collect_results([one], cache, idle)
        assert idle._servers == []


def test_an_output_that_is_as_expected_to_the_letter_is_right(snippet):
    assert compare_with_expected(snippet("print(1 + 1)\n"), "2\n", Run("2\n")) is None


@pytest.mark.parametrize(
    ("expected", "message"),
    [
        ("3\n", "snippets/a/one.out:1: the record says `3`, the program prints `2`"),
        ("2\n2\n", "snippets/a/one.out:2: the record says `2`, the program prints nothing more"),
        (
            "2",
            "snippets/a/one.out:1: the record says `2`, the program prints `2`, and the line ends "
            "otherwise",
        ),
        ("2 \n", "the record says `2 `, the program prints `2`"),
        (None, "snippets/a/one.py:1: its output is not recorded: no snippets/a/one.out"),
    ],
)
def test_any_difference_names_the_file_and_the_line(snippet, expected, message):
    assert message in str(compare_with_expected(snippet("print(1 + 1)\n"), expected, Run("2\n")))


def test_an_output_that_is_not_there_is_none(files, snippet):
    assert read_expected_output(files.root, snippet("print(1 + 1)\n")) == "2\n"
    assert read_expected_output(files.root, snippet("print(1)\n", name="a/two.py")) is None


def test_an_output_that_is_not_utf8_is_told(files, snippet):
    (files.root / "snippets/a/one.out").write_bytes(b"\xff\n")
    with pytest.raises(RecordError, match=r"^snippets/a/one\.out:1: not UTF-8\."):
        read_expected_output(files.root, snippet("print(1 + 1)\n"))


def test_an_update_writes_what_changed_and_shows_it(files, snippet):
    one = snippet("print(1 + 1)\n")
    results = {"a/one.py": Run("2\n")}
    (change,) = write_expected_outputs(files.root, [one], {"a/one.py": "old\n"}, results)
    assert "-old\n+2\n" in change.diff
    assert (change.name, change.output) == ("a/one.py", "2\n")
    assert read_expected_output(files.root, one) == "2\n"
    assert write_expected_outputs(files.root, [one], {"a/one.py": "2\n"}, results) == []


def test_an_update_leaves_the_record_of_a_failed_run(files, snippet):
    one = snippet("print(1 + 1)\n")
    results = {"a/one.py": RunError(Location("x", 1), "raises", "Mend it.")}
    assert write_expected_outputs(files.root, [one], {"a/one.py": "2\n"}, results) == []
    assert read_expected_output(files.root, one) == "2\n"

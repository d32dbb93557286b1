from __future__ import annotations

import pytest

from asrun.base.errors import Location, RecordError, RunError
from asrun.execution.expected import (
    compare_with_expected,
    read_expected_output,
    write_expected_outputs,
)
from asrun.execution.result import Run


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

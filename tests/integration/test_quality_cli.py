"""`python -m asrun_quality`: its commands as people type them, on a small project."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from asrun_quality.cli import asrun_quality, main
from asrun_quality.junit import Failure, read_failures
from support.cli import find_example_faults


def write_suite(file: Path, *cases: str) -> None:
    """Write a JUnit file with these test cases."""
    file.parent.mkdir(parents=True, exist_ok=True)
    suite = f'<testsuites><testsuite name="pytest">{"".join(cases)}</testsuite></testsuites>'
    file.write_text(suite, encoding="utf-8")


def test_each_command_has_an_example_that_it_takes():
    assert find_example_faults(asrun_quality, "python -m asrun_quality") == []


@pytest.fixture
def failed(files):
    """What pytest itself writes of a project with a failing program and a failing test."""
    files.snippet("a/one.py", "print(1)\n1 / 0\n", "1\n")
    files.snippet("a/two.py", "print(2)\n", "3\n")
    files.write("tests/test_x.py", "def test_x():\n    assert 1 == 2\n")
    files.write("pytest.ini", "[pytest]\ntestpaths = tests snippets\n")
    subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--junitxml=junit.xml"],
        cwd=files.root,
        check=False,
        capture_output=True,
    )
    return files


def test_the_issue_names_page_snippet_line_and_error(failed, capsys):
    arguments = ("failures", "nightly torch", str(failed.root / "junit.xml"))
    assert main(["--root", str(failed.root), *arguments]) == 0
    text = capsys.readouterr().out
    assert text.startswith("## nightly torch: 3 failed\n")
    assert (
        "- page: `docs/zh/index.md`\n- page: `docs/en/index.md`\n- snippet: `snippets/a/one.py`\n"
        "- line: `snippets/a/one.py:4`\n- error:\n\n  ```text\n"
        "  raises `ZeroDivisionError: division by zero`" in text
    )
    assert "- snippet: `snippets/a/two.py`\n- line: `snippets/a/two.out:1`\n" in text
    assert "the record says `3`, the program prints `2`" in text
    assert "- test: `tests.test_x test_x`" in text
    assert "assert 1 == 2" in text


def test_shards_become_one_record(tmp_path, capsys):
    bad = '<testcase classname="a" name="2"><failure>x</failure></testcase>'
    write_suite(tmp_path / "in/1/junit-1-of-2.xml", '<testcase classname="a" name="1"/>')
    write_suite(tmp_path / "in/2/junit-2-of-2.xml", bad)
    for name, text in (
        ("1/durations-1-of-2.json", {"b": 2.0}),
        ("2/durations-2-of-2.json", {"a": 1}),
    ):
        (tmp_path / "in" / name).write_text(json.dumps(text), encoding="utf-8")
    assert main(["merge", str(tmp_path / "in"), str(tmp_path / "out")]) == 0
    assert capsys.readouterr().out == "2 shards, 2 tests, 1 failed.\n"
    assert read_failures([tmp_path / "out/junit.xml"]) == [Failure("a 2", None, "x")]
    text = (tmp_path / "out/durations.json").read_text(encoding="utf-8")
    assert text == '{\n    "a": 1,\n    "b": 2.0\n}\n'


@pytest.mark.parametrize("names", [[], ["1-of-3", "2-of-3"], ["1-of-2", "1-of-1"]])
def test_a_shard_that_is_missing_is_not_passed_over(tmp_path, capsys, names: list[str]):
    for number, name in enumerate(names):
        write_suite(
            tmp_path / f"in/{number}/junit-{name}.xml", '<testcase classname="a" name="1"/>'
        )
    assert main(["merge", str(tmp_path / "in"), str(tmp_path / "out")]) == 1
    assert "not the shards of one run" in capsys.readouterr().err


def test_half_a_file_is_refused(tmp_path, capsys):
    (tmp_path / "junit-1-of-1.xml").write_text("<testsuites><tests", encoding="utf-8")
    assert main(["merge", str(tmp_path), str(tmp_path / "out")]) == 1
    assert "not JUnit" in capsys.readouterr().err

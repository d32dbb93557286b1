"""What CI's jobs wrote, as one record and as an issue: page, snippet, line, error."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from asrun.base.errors import Location, RunError
from asrun.cli.main import main
from asrun.project.junit_report import render_problems
from asrun_quality.junit import Failure, format_issue_section, merge_durations, read_failures

HEAD = '<?xml version="1.0" encoding="utf-8"?><testsuites><testsuite name="pytest">'


def suite(folder, name: str, *cases: str):
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"{HEAD}{''.join(cases)}</testsuite></testsuites>", encoding="utf-8")
    return file


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
    told = capsys.readouterr().out
    assert told.startswith("## nightly torch: 3 failed\n")
    assert (
        "- page: `docs/zh/index.md`\n- page: `docs/en/index.md`\n- snippet: `snippets/a/one.py`\n"
        "- line: `snippets/a/one.py:4`\n- error:\n\n  ```text\n"
        "  raises `ZeroDivisionError: division by zero`" in told
    )
    assert "- snippet: `snippets/a/two.py`\n- line: `snippets/a/two.out:1`\n" in told
    assert "the record says `3`, the program prints `2`" in told
    assert "- test: `tests.test_x test_x`" in told
    assert "assert 1 == 2" in told


def test_nothing_failed_is_no_text_at_all(tmp_path):
    file = suite(tmp_path, "junit.xml", '<testcase classname="a" name="b"/>')
    assert format_issue_section("newest torch", read_failures([file]), {}) == ""


def test_a_failure_that_two_files_tell_is_told_once(tmp_path):
    case = (
        '<testcase classname="a" name="b"><failure>snippets/a.py:3: x. Do y.</failure></testcase>'
    )
    files = [suite(tmp_path, name, case) for name in ("1.xml", "2.xml")]
    assert read_failures(files) == [Failure("a b", Location("snippets/a.py", 3), "x. Do y.")]


def test_an_error_cannot_leave_the_block_that_quotes_it():
    found = [Failure("t", None, "```\n@everybody\n# heading")]
    lines = format_issue_section("torch", found, {}).splitlines()
    assert lines.count("  ````text") == 1
    assert lines.count("  ````") == 1
    assert "  @everybody" in lines


def test_an_issue_has_room_for_so_many():
    told = format_issue_section(
        "torch", [Failure(f"t{n}", None, "x" * 500) for n in range(50)], {}, max_bytes=3000
    )
    assert len(told) < 3100
    assert "more: see the run." in told


def test_problems_of_other_runs_are_told_the_same_way(tmp_path):
    file = tmp_path / "junit-plain.xml"
    error = RunError(Location("snippets/a/one.py", 4), "raises `x`", "Mend it.")
    file.write_bytes(render_problems([error], "as plain `python FILE`"))
    (found,) = read_failures([file])
    assert (found.location, found.message) == (
        Location("snippets/a/one.py", 4),
        "raises `x`. Mend it.",
    )


def test_a_plain_check_writes_what_failed(files):
    files.snippet("a/one.py", "1 / 0\n", "")
    file = files.root / "build/junit-plain.xml"
    assert main(["--root", str(files.root), "check", "--plain", "--junit", str(file)]) == 1
    assert read_failures([file])[0].location == Location("snippets/a/one.py", 3)


def test_an_entity_in_a_job_s_file_is_not_read(tmp_path):
    (tmp_path / "secret").write_text("the secret", encoding="utf-8")
    file = tmp_path / "junit.xml"
    file.write_text(
        f'<!DOCTYPE x [<!ENTITY s SYSTEM "{tmp_path}/secret">]><testsuites><testsuite>'
        '<testcase classname="a" name="b"><failure>&s;</failure></testcase>'
        "</testsuite></testsuites>",
        encoding="utf-8",
    )
    assert "the secret" not in format_issue_section("torch", read_failures([file]), {})


# --- shards -------------------------------------------------------------------------------------


def test_shards_become_one_record(tmp_path, capsys):
    bad = '<testcase classname="a" name="2"><failure>x</failure></testcase>'
    suite(tmp_path, "in/1/junit-1-of-2.xml", '<testcase classname="a" name="1"/>')
    suite(tmp_path, "in/2/junit-2-of-2.xml", bad)
    for name, text in (
        ("1/durations-1-of-2.json", {"b": 2.0}),
        ("2/durations-2-of-2.json", {"a": 1}),
    ):
        (tmp_path / "in" / name).write_text(json.dumps(text), encoding="utf-8")
    assert main(["merge", str(tmp_path / "in"), str(tmp_path / "out")]) == 0
    assert capsys.readouterr().out == "2 shards, 2 tests, 1 failed.\n"
    assert read_failures([tmp_path / "out/junit.xml"]) == [Failure("a 2", None, "x")]
    told = (tmp_path / "out/durations.json").read_text(encoding="utf-8")
    assert told == '{\n    "a": 1,\n    "b": 2.0\n}\n'


@pytest.mark.parametrize("names", [[], ["1-of-3", "2-of-3"], ["1-of-2", "1-of-1"]])
def test_a_shard_that_is_missing_is_not_passed_over(tmp_path, capsys, names: list[str]):
    for number, name in enumerate(names):
        suite(tmp_path, f"in/{number}/junit-{name}.xml", '<testcase classname="a" name="1"/>')
    assert main(["merge", str(tmp_path / "in"), str(tmp_path / "out")]) == 1
    assert "not the shards of one run" in capsys.readouterr().err


def test_half_a_file_is_refused(tmp_path, capsys):
    (tmp_path / "junit-1-of-1.xml").write_text("<testsuites><tests", encoding="utf-8")
    assert main(["merge", str(tmp_path), str(tmp_path / "out")]) == 1
    assert "not JUnit" in capsys.readouterr().err


def test_durations_merge_in_any_order_to_the_same_bytes(tmp_path):
    for name, text in (("1.json", '{"b": 1}'), ("2.json", '{"a": 2}')):
        (tmp_path / name).write_text(text, encoding="utf-8")
    one, two = tmp_path / "1.json", tmp_path / "2.json"
    assert merge_durations([one, two]) == merge_durations([two, one])

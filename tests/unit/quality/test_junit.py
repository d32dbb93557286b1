"""What the jobs of continuous integration wrote, as one record and as an issue's text."""

from __future__ import annotations

from asrun.base.errors import Location, RunError
from asrun.project.junit_report import format_junit_report
from asrun_quality.junit import Failure, format_issue_section, merge_durations, read_failures

HEAD = '<?xml version="1.0" encoding="utf-8"?><testsuites><testsuite name="pytest">'


def suite(folder, name: str, *cases: str):
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"{HEAD}{''.join(cases)}</testsuite></testsuites>", encoding="utf-8")
    return file


def test_nothing_failed_is_no_text_at_all(tmp_path):
    file = suite(tmp_path, "junit.xml", '<testcase classname="a" name="b"/>')
    assert format_issue_section("newest torch", read_failures([file]), {}) == ""


def test_a_failure_in_two_files_counts_once(tmp_path):
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
    text = format_issue_section(
        "torch", [Failure(f"t{n}", None, "x" * 500) for n in range(50)], {}, max_bytes=3000
    )
    assert len(text) < 3100
    assert "more: see the run." in text


def test_problems_that_pytest_did_not_find_are_read_the_same_way(tmp_path):
    file = tmp_path / "junit-plain.xml"
    error = RunError(Location("snippets/a/one.py", 4), "raises `x`", "Mend it.")
    file.write_bytes(format_junit_report([error], "as plain `python FILE`"))
    (found,) = read_failures([file])
    assert (found.location, found.message) == (
        Location("snippets/a/one.py", 4),
        "raises `x`. Mend it.",
    )


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


def test_durations_merge_in_any_order_to_the_same_bytes(tmp_path):
    for name, text in (("1.json", '{"b": 1}'), ("2.json", '{"a": 2}')):
        (tmp_path / name).write_text(text, encoding="utf-8")
    one, two = tmp_path / "1.json", tmp_path / "2.json"
    assert merge_durations([one, two]) == merge_durations([two, one])

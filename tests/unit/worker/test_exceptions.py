from __future__ import annotations

import sys
import traceback
import warnings

import pytest

from asrun.worker.exceptions import (
    ExceptionHook,
    describe_exception,
    escape_surrogates,
    find_own_lines,
    make_plain_run_setup,
)


def run(source: str) -> BaseException:
    """Return the exception that a program ends in."""
    try:
        exec(compile(source, "x.py", "exec"), {})
    except BaseException as error:
        return error
    pytest.fail("it raised nothing")


def test_an_exception_is_told_with_the_programs_own_line():
    source = "import json\n\n\ndef load():\n    json.loads('x')\n\n\nload()\n"
    report = describe_exception(run(source), "x.py")
    assert report == {
        "name": "JSONDecodeError",
        "qualified_name": "json.decoder.JSONDecodeError",
        "line": 5,
        "text": "json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)",
        "is_warning": False,
    }


@pytest.mark.parametrize(
    ("source", "name", "line"),
    [
        ("1\nimport sys; sys.exit()\n", "SystemExit", 2),
        ("1\n\nexec('1 1')\n", "SyntaxError", 3),
        ("1\nx = = 1\n", "SyntaxError", 2),
    ],
)
def test_what_else_ends_a_program_has_its_line_too(source: str, name: str, line: int):
    report = describe_exception(run(source), "x.py")
    assert (report["name"], report["line"]) == (name, line)


def test_an_error_from_outside_the_program_is_at_its_first_line():
    assert describe_exception(ValueError("x"), "x.py")["line"] == 1


def test_a_warning_is_told_as_one():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        error = run("import warnings\nwarnings.warn('old')\n")
    assert describe_exception(error, "x.py")["is_warning"]


def test_a_message_that_utf8_cannot_hold_is_escaped():
    assert escape_surrogates("a\ud800") == r"a\ud800"
    assert describe_exception(ValueError("\ud800"), "x.py")["text"] == r"ValueError: \ud800"


def test_own_lines_are_the_interpreters_with_its_suggestion():
    whole = "Traceback …\n  File …\nNameError: no x. Did you mean: 'y'?\na note\n"
    own = "NameError: no x\na note\n"
    assert find_own_lines(whole, own) == "NameError: no x. Did you mean: 'y'?\na note\n"


def test_a_group_is_shown_without_its_margin():
    group = ExceptionGroup("two", [ValueError(1), TypeError(2)])
    own = "".join(traceback.format_exception_only(group))
    whole = "".join(traceback.format_exception(group.with_traceback(None)))
    assert find_own_lines(
        "  + Exception Group …\n  | ExceptionGroup: two (2 sub-exceptions)\n", own
    )
    assert find_own_lines(whole, own) == "ExceptionGroup: two (2 sub-exceptions)\n"


def test_the_hook_prints_own_lines_alone_and_reports(capfd, tmp_path):
    hook = ExceptionHook("x.py", tmp_path / "exception")
    hook._stderr = sys.stderr
    error = run(
        "try:\n    1 / 0\nexcept ZeroDivisionError as e:\n    raise ValueError('b') from e\n"
    )
    hook(type(error), error, error.__traceback__)
    assert capfd.readouterr().out == "ValueError: b\n"
    assert (tmp_path / "exception").read_text().startswith('{"name": "ValueError"')


def test_a_program_that_replaced_stderr_gets_the_whole_traceback(capsys, monkeypatch):
    import io

    hook, mine = ExceptionHook("x.py"), io.StringIO()
    monkeypatch.setattr(sys, "stderr", mine)
    error = run("1 / 0\n")
    hook(type(error), error, error.__traceback__)
    assert mine.getvalue().startswith("Traceback (most recent call last):")


def test_the_set_up_of_a_plain_run_is_a_program(tmp_path):
    compile(make_plain_run_setup(tmp_path, "/x/one.py"), "sitecustomize.py", "exec")

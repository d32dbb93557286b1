"""Each way in which two outcomes are no run; the programs themselves run in tests/integration."""

from __future__ import annotations

from typing import Any

import pytest

from asrun.base.errors import RunError
from asrun.execution.evaluate import check_determinism, evaluate_outcome, evaluate_runs
from asrun.execution.result import Run
from asrun.worker.protocol import ExceptionReport, Outcome, Report

DIVISION: ExceptionReport = {
    "name": "ZeroDivisionError",
    "qualified_name": "builtins.ZeroDivisionError",
    "line": 4,
    "text": "ZeroDivisionError: division by zero",
    "is_warning": False,
}
FIGURE = "# figure.zh: 图\n# figure.en: Figure\n"
TRACEBACK = (
    "Traceback (most recent call last):\n"
    '  File "/tmp/asrun-x/code/one.py", line 4, in <module>\n'
    "    1 / 0\n"
    "    ~~^~~\n"
    "ZeroDivisionError: division by zero\n"
)


def make_report(**changes: Any) -> Report:
    report: Report = {
        "exception": None,
        "tensors": {},
        "missing_names": [],
        "plots": [],
        "unshown_figures": 0,
        "versions": {"python": "3.11.7"},
    }
    return {**report, **changes}  # type: ignore[typeddict-item]


def make_outcome(**changes: Any) -> Outcome:
    """Return the outcome of a program that printed 2, changed in some fields."""
    outcome: Outcome = {
        "id": 0,
        "plain": False,
        "exit_code": 0,
        "is_overdue": False,
        "exceeded_limit": None,
        "refusal": None,
        "seconds": 0.5,
        "stdout": "2\n",
        "stderr": "",
        "report": make_report(),
    }
    return {**outcome, **changes}  # type: ignore[typeddict-item]


def make_plain_outcome(**changes: Any) -> Outcome:
    return make_outcome(**{"plain": True, "report": None, **changes})


def test_a_run_has_what_the_outcome_tells(snippet):
    tensors = {"x": {"shape": [1], "dtype": "int64", "values": [1]}}
    outcome = make_outcome(report=make_report(tensors=tensors, plots=["<svg/>"]))
    assert evaluate_outcome(snippet("print(2)\n", FIGURE), outcome, 30) == Run(
        "2\n", tensors, ("<svg/>",), {"python": "3.11.7"}
    )


def test_a_declared_exception_is_the_end_of_the_output(snippet):
    program = snippet("1 / 0\n", "# raises: ZeroDivisionError\n")
    run = evaluate_outcome(program, make_outcome(report=make_report(exception=DIVISION)), 30)
    assert isinstance(run, Run)
    assert run.output == "2\nZeroDivisionError: division by zero\n"


def test_an_exception_may_be_declared_with_its_module(snippet):
    program = snippet("1 / 0\n", "# raises: torch.OutOfMemoryError\n")
    exception = {**DIVISION, "name": "OutOfMemoryError"}
    exception["qualified_name"] = "torch.OutOfMemoryError"
    outcome = make_outcome(report=make_report(exception=exception))
    assert isinstance(evaluate_outcome(program, outcome, 30), Run)


REFUSAL = {"kind": "network", "action": "socket.connect there", "line": 4}
ERRORS: dict[str, tuple[str, Outcome | None, int, str]] = {
    "no outcome": ("", None, 1, "the worker that ran it ended"),
    "network": ("", make_outcome(refusal=REFUSAL), 4, "without `# needs: network` (socket.connect"),
    "write": (
        "",
        make_outcome(refusal={**REFUSAL, "kind": "write", "line": None}),
        1,
        "writes outside its folder (socket.connect there)",
    ),
    "too much": ("", make_outcome(exceeded_limit="holds too much"), 1, "holds too much, and was"),
    "too long": ("", make_outcome(is_overdue=True), 1, "still running after 30 s"),
    "killed": ("", make_outcome(report=None, exit_code=-11), 1, "interpreter (signal 11)"),
    "ended early": ("", make_outcome(report=None), 1, "with exit code 0, past its last line"),
    "raises": (
        "",
        make_outcome(report=make_report(exception=DIVISION)),
        4,
        "raises `ZeroDivisionError: division by zero`",
    ),
    "raises something without a text": (
        "",
        make_outcome(report=make_report(exception={**DIVISION, "text": ""})),
        4,
        "raises ``",
    ),
    "raises something else": (
        "# raises: ValueError\n",
        make_outcome(report=make_report(exception=DIVISION)),
        4,
        "ends in `ZeroDivisionError: division by zero`, not in ValueError",
    ),
    "raises nothing": (
        "# raises: ValueError\n",
        make_outcome(),
        1,
        "declares `# raises: ValueError` and ends without an exception",
    ),
    "warns": (
        "",
        make_outcome(report=make_report(exception={**DIVISION, "is_warning": True})),
        4,
        "warns: `ZeroDivisionError",
    ),
    "another program is refused the network": (
        "",
        make_outcome(stderr="curl: (6) Could not resolve host: example.org\n"),
        1,
        "tries to reach the network without `# needs: network` (Could not resolve host)",
    ),
    "another program is refused a write": (
        "",
        make_outcome(stderr="sh: 1: cannot create /x: Permission denied\n"),
        1,
        "writes outside its folder (/x: Permission denied)",
    ),
    "the kernel refuses a write": (
        "",
        make_outcome(
            report=make_report(
                exception={
                    **DIVISION,
                    "text": "PermissionError: [Errno 13] Permission denied: '/x'",
                }
            )
        ),
        4,
        "writes outside its folder (Permission denied: '/x')",
    ),
    "stderr": ("", make_outcome(stderr="a\nb\n"), 1, "writes to stderr: `b`"),
    "not a tensor": (
        f"# draw: x -> y\n{FIGURE}",
        make_outcome(report=make_report(missing_names=["y"])),
        1,
        "`# draw:` asks for `y`",
    ),
    "not shown": ("", make_outcome(report=make_report(unshown_figures=1)), 1, "and not shown"),
    "no alt text": (
        "",
        make_outcome(report=make_report(plots=["<svg/>"])),
        1,
        "1 figures and 0 alt texts",
    ),
    "no figure": (FIGURE, make_outcome(), 1, "0 figures and 1 alt texts"),
    "no output": ("", make_outcome(stdout=""), 1, "prints nothing and draws nothing"),
    "no last newline": ("", make_outcome(stdout="2"), 1, "does not end with a newline"),
    "plain: raises": (
        "",
        make_plain_outcome(exit_code=1, stderr=TRACEBACK),
        4,
        "raises `ZeroDivisionError: division by zero`",
    ),
    "plain: warns": (
        "",
        make_plain_outcome(exit_code=1, stderr=TRACEBACK.replace("DivisionError", "Warning")),
        4,
        "warns: `ZeroWarning: division by zero`",
    ),
    "plain: writes before it raises": (
        "# raises: ZeroDivisionError\n",
        make_plain_outcome(exit_code=1, stderr=f"hm\n{TRACEBACK}"),
        1,
        "writes to stderr: `hm`",
    ),
    "plain: a traceback of nothing": (
        "",
        make_plain_outcome(exit_code=1, stderr="Traceback (most recent call last):\n"),
        1,
        "raises ``",
    ),
    "plain: exits": ("", make_plain_outcome(exit_code=3), 1, "with exit code 3"),
    "plain: no output": ("", make_plain_outcome(stdout=""), 1, "prints nothing"),
    "a traceback and no report": (
        "",
        make_outcome(report=None, exit_code=1, stderr=TRACEBACK),
        4,
        "raises `ZeroDivisionError: division by zero`",
    ),
}


@pytest.mark.parametrize("case", ERRORS)
def test_anything_else_is_an_error_with_its_line(snippet, case: str):
    header, outcome, line, message = ERRORS[case]
    result = evaluate_outcome(snippet("print(2)\n", header), outcome, 30)
    assert isinstance(result, RunError)
    assert str(result).startswith(f"snippets/a/one.py:{line}: "), result
    assert message in str(result)


def test_a_program_that_needs_the_network_may_fail_to_reach_it(snippet):
    outcome = make_outcome(stderr="Network is unreachable\n")
    result = evaluate_outcome(snippet("print(2)\n", "# needs: network\n"), outcome, 30)
    assert "writes to stderr" in str(result)


def test_a_program_may_be_denied_what_lies_in_its_own_folder(snippet):
    exception = {**DIVISION, "text": "PermissionError: [Errno 13] Permission denied: './x'"}
    outcome = make_outcome(report=make_report(exception=exception))
    assert "raises `PermissionError" in str(evaluate_outcome(snippet("1\n"), outcome, 30))


def test_a_plain_run_tells_no_figures_and_may_print_nothing_if_it_draws(snippet):
    program = snippet("import matplotlib.pyplot as plt\nplt.show()\n", FIGURE)
    assert evaluate_outcome(program, make_plain_outcome(stdout=""), 30) == Run("")


def test_a_plain_run_has_the_whole_text_of_its_exception(snippet):
    text = "ValueError: first\nsecond\n  third"
    stderr = TRACEBACK.replace("ZeroDivisionError: division by zero", text)
    program = snippet("1\n", "# raises: ValueError\n")
    run = evaluate_outcome(program, make_plain_outcome(exit_code=1, stderr=stderr), 30)
    assert run == Run(f"2\n{text}\n")


def test_of_chained_exceptions_the_last_counts(snippet):
    stderr = TRACEBACK.replace("ZeroDivision", "Key") + (
        f"\nDuring handling of the above exception, another exception occurred:\n\n{TRACEBACK}"
    )
    result = evaluate_outcome(snippet("1\n"), make_plain_outcome(exit_code=1, stderr=stderr), 30)
    assert isinstance(result, RunError)
    assert result.message.startswith("raises `ZeroDivisionError")


def test_two_runs_count_as_one_that_took_the_time_of_both(snippet):
    run = evaluate_runs(snippet("print(2)\n"), [make_outcome(), make_outcome()])
    assert isinstance(run, Run)
    assert (run.output, run.seconds) == ("2\n", 1.0)


def test_of_two_wrong_runs_the_first_is_told(snippet):
    outcomes = [make_outcome(stdout=""), None]
    assert "prints nothing" in str(evaluate_runs(snippet("print(2)\n"), outcomes))
    assert "the worker" in str(evaluate_runs(snippet("print(2)\n"), outcomes[::-1]))


def test_a_program_with_more_time_is_told_so(snippet):
    program = snippet("print(2)\n", "# runs: file\n")
    outcomes = [make_outcome(is_overdue=True)] * 2
    assert "still running after 6 s" in str(evaluate_runs(program, outcomes, 2))


@pytest.mark.parametrize(
    ("second", "message"),
    [
        (Run("1\n3\n"), "line 2 is `2`, then `3`"),
        (Run("1\n"), "line 2 is `2`, then `None`"),
        (Run("1\n2\n", plots=("<svg/>",)), "draws something else"),
        (
            Run("1\n2\n", {"x": {"shape": [], "dtype": "int64", "values": [1]}}),
            "draws something else",
        ),
    ],
)
def test_two_runs_that_differ_are_none(snippet, second: Run, message: str):
    result = check_determinism(snippet("print(2)\n"), Run("1\n2\n"), second)
    assert isinstance(result, RunError)
    assert message in result.message


def test_versions_and_time_are_no_difference(snippet):
    first, second = Run("1\n", seconds=1), Run("1\n", seconds=2)
    assert check_determinism(snippet("print(1)\n"), first, second) == first

"""What runs change in the verification record, and what a check finds in it."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from asrun.base.errors import Location, RunError
from asrun.execution.result import Run, Skipped
from asrun.verification.record import (
    RECORD_PATH,
    Environment,
    SnippetRecord,
    Verdict,
    VerificationRecord,
    format_record,
)
from asrun.verification.verdicts import (
    VerifiedRun,
    apply_local_runs,
    apply_other_runs,
    decide_verdict,
    digest_figures,
    find_orphaned_records,
    find_record_problem,
)

HERE = Environment("2.14.1", "0.29.1", "3.11", "CPU", "Linux x86_64")
OLD = Environment("2.9.1", None, "3.11", "CPU", "Linux x86_64")
AT, LATER = "2026-11-25T10:00Z", "2026-11-26T10:00Z"
EXPECTED = {"a/one.py": "2\n"}
DRAWN = Run("2\n", {"x": {"shape": [1], "dtype": "int64", "values": [1]}})


@pytest.fixture
def one(snippet):
    return snippet("print(1 + 1)\n")


@pytest.fixture
def updated(one) -> VerificationRecord:
    """The record after an update of a project with one snippet."""
    return apply_local_runs(
        VerificationRecord(), [one], EXPECTED, [VerifiedRun(one, Run("2\n"), HERE, AT)]
    )


@pytest.fixture
def verified_in_both(updated, one) -> VerificationRecord:
    """The same after a run in another environment."""
    return apply_other_runs(updated, [one], EXPECTED, [VerifiedRun(one, Run("2\n"), OLD, AT)])


# --- an update ----------------------------------------------------------------------------------


def test_the_next_write_drops_the_verdicts_of_a_changed_snippet(verified_in_both, snippet):
    changed = snippet("print(2)\n")
    runs = [VerifiedRun(changed, Run("2\n"), HERE, LATER)]
    record = apply_local_runs(verified_in_both, [changed], EXPECTED, runs)
    assert record.snippet_records["a/one.py"].verdicts == {HERE.id: Verdict("equal", LATER)}


def test_the_next_write_drops_the_verdicts_of_a_changed_output(updated, one):
    assert apply_local_runs(updated, [one], {"a/one.py": "3\n"}, []).snippet_records == {}


def test_the_next_write_drops_the_verdicts_of_a_changed_figure(verified_in_both, one):
    runs = [VerifiedRun(one, DRAWN, HERE, LATER)]
    record = apply_local_runs(verified_in_both, [one], EXPECTED, runs)
    assert record.snippet_records["a/one.py"].verdicts == {HERE.id: Verdict("equal", LATER)}


def test_the_next_write_drops_the_line_of_a_snippet_that_is_gone(updated):
    assert apply_local_runs(updated, [], {}, []).snippet_records == {}


def test_an_update_without_a_change_keeps_the_time_of_the_run(updated, one):
    runs = [VerifiedRun(one, Run("2\n"), HERE, LATER)]
    assert apply_local_runs(updated, [one], EXPECTED, runs) == updated


def test_an_update_elsewhere_with_the_same_torch_adds_nothing(updated, one):
    """Or each contributor's machine would write all the lines."""
    runs = [VerifiedRun(one, Run("2\n"), replace(HERE, python="3.13"), LATER)]
    assert apply_local_runs(updated, [one], EXPECTED, runs) == updated


def test_an_update_replaces_a_failure_of_its_own_environment(verified_in_both, one):
    other = replace(HERE, python="3.13")
    failed = apply_other_runs(
        verified_in_both, [one], EXPECTED, [VerifiedRun(one, Run("3\n"), other, AT)]
    )
    assert failed.snippet_records["a/one.py"].verdicts[other.id].kind == "different"
    runs = [VerifiedRun(one, Run("2\n"), other, LATER)]
    record = apply_local_runs(failed, [one], EXPECTED, runs)
    assert record.snippet_records["a/one.py"].verdicts[other.id] == Verdict("equal", LATER)


@pytest.mark.parametrize(
    "result",
    [
        RunError(Location("snippets/a/one.py"), "raises", "Mend it."),
        Skipped("cuda"),
        Run("3\n"),
    ],
)
def test_an_update_writes_nothing_of_a_run_that_failed_or_is_not_as_expected(one, result):
    runs = [VerifiedRun(one, result, HERE, AT)]
    record = apply_local_runs(VerificationRecord(), [one], EXPECTED, runs)
    assert record.snippet_records == {}


# --- a verdict ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "result", "kind", "reason"),
    [
        ("print(1 + 1)\n", Run("2\n"), "equal", ""),
        ("print(1 + 1)\n", Run("3\n"), "different", "line 1: `2`, here `3`"),
        ("print(1 + 1)\n", Run("2\n3\n"), "different", "line 2: ``, here `3`"),
        (
            "1 / 0\n",
            RunError(Location("snippets/a/one.py", 3), "raises `ZeroDivisionError: x`", "Mend it."),
            "failed",
            "raises `ZeroDivisionError: x` (line 3)",
        ),
        (
            "from torchvision import x\n",
            RunError(
                Location("snippets/a/one.py", 3),
                "raises `ModuleNotFoundError: No module named 'torchvision'`",
                "Mend it.",
            ),
            "lacks",
            "torchvision",
        ),
        (
            "import torch\n",
            RunError(
                Location("snippets/a/one.py", 3),
                "raises `ModuleNotFoundError: No module named 'numpy'`",
                "Mend it.",
            ),
            "failed",
            "raises `ModuleNotFoundError: No module named 'numpy'` (line 3)",
        ),
    ],
)
def test_a_run_elsewhere_is_equal_different_failed_or_lacks_something(
    snippet, code, result, kind, reason
):
    verdict = decide_verdict(snippet(code), "2\n", None, result, AT)
    assert verdict == Verdict(kind, AT, reason)


def test_a_difference_far_along_a_line_is_shown_where_it_is(one):
    expected, output = (f"same\n{'x' * 300}A{last}\n" for last in "BC")
    verdict = decide_verdict(one, expected, None, Run(output), AT)
    assert verdict.reason == f"line 2: `…{'x' * 19}AB`, here `…{'x' * 19}AC`"


def test_a_machine_without_a_gpu_says_nothing_of_a_gpu_program(one):
    assert decide_verdict(one, "2\n", None, Skipped("cuda"), AT) is None


def test_another_figure_is_a_difference(one):
    assert decide_verdict(one, "2\n", None, DRAWN, AT).kind == "different"
    assert decide_verdict(one, "2\n", digest_figures(DRAWN), DRAWN, AT).kind == "equal"


def test_a_reason_names_no_folder_of_the_machine(one):
    error = RunError(one.locate_line(), "raises `OSError: /opt/some/lib/python3.11/x.so: bad`", "")
    verdict = decide_verdict(one, "2\n", None, error, AT)
    assert verdict.reason == "raises `OSError: …/x.so: bad` (line 1)"


# --- runs elsewhere -----------------------------------------------------------------------------


def test_any_order_of_merges_gives_the_same_bytes(updated, one):
    failed = RunError(one.locate_line(), "raises", "Mend it.")
    runs = [
        VerifiedRun(one, Run("2\n"), OLD, AT),
        VerifiedRun(one, failed, OLD, AT),
        VerifiedRun(one, Run("3\n"), OLD, LATER),
        VerifiedRun(one, Run("2\n"), replace(OLD, torch="2.13.0"), AT),
    ]
    texts = set()
    for ordered in itertools.permutations(runs):
        record = updated
        for run in ordered:
            record = apply_other_runs(record, [one], EXPECTED, [run])
        texts.add(format_record(record))
    assert len(texts) == 1


@pytest.mark.parametrize(
    ("outputs", "kind"),
    [
        ({"3\n": AT, "2\n": LATER}, "equal"),
        ({"2\n": AT, "3\n": LATER}, "different"),
        ({"2\n": AT, "3\n": AT}, "different"),
    ],
)
def test_the_later_verdict_counts_and_at_once_the_worse(updated, one, outputs, kind):
    runs = [VerifiedRun(one, Run(output), OLD, time) for output, time in outputs.items()]
    record = apply_other_runs(updated, [one], EXPECTED, runs)
    assert record.snippet_records["a/one.py"].verdicts[OLD.id].kind == kind


def test_a_run_elsewhere_says_nothing_where_no_output_is_expected(one):
    runs = [VerifiedRun(one, Run("2\n"), OLD, AT)]
    record = apply_other_runs(VerificationRecord(), [one], {"a/one.py": None}, runs)
    assert record.snippet_records == {}


# --- what a check finds -------------------------------------------------------------------------


@pytest.mark.parametrize("environment", [HERE, OLD])
def test_a_snippet_that_was_verified_in_any_environment_has_no_problem(updated, one, environment):
    assert find_record_problem(updated, one, Run("2\n"), environment) is None


def test_a_changed_snippet_is_unproven(updated, snippet):
    message = str(find_record_problem(updated, snippet("print(2)\n"), Run("2\n"), HERE))
    assert message.startswith("snippets/a/one.py:1: snippets/verified.json does not say where")
    assert "make update" in message


def test_a_snippet_that_passed_nowhere_is_unproven(updated, one):
    failed = Verdict("failed", AT, "x")
    snippet_record = replace(updated.snippet_records["a/one.py"], verdicts={HERE.id: failed})
    record = VerificationRecord({HERE.id: HERE}, {"a/one.py": snippet_record})
    message = str(find_record_problem(record, one, Run("2\n"), HERE))
    assert "does not say where it was proven" in message


def test_a_verdict_that_is_not_this_runs_is_caught(updated, one):
    runs = [VerifiedRun(one, Run("3\n"), HERE, LATER), VerifiedRun(one, Run("2\n"), OLD, AT)]
    record = apply_other_runs(updated, [one], EXPECTED, runs)
    problem = find_record_problem(record, one, Run("2\n"), HERE)
    assert "says that snippets/a/one.py is different here, and it ran" in str(problem)
    assert problem.location == Location(RECORD_PATH, 8)


def test_a_figure_that_is_not_the_one_recorded_is_caught(updated, one):
    problem = find_record_problem(updated, one, DRAWN, HERE)
    assert "its figure is not the one recorded" in str(problem)


def test_the_line_of_a_snippet_that_is_gone_is_found(updated):
    snippet_record = SnippetRecord("", "", None)
    record = replace(
        updated, snippet_records={**updated.snippet_records, "a/two.py": snippet_record}
    )
    (problem,) = find_orphaned_records(record, ["a/one.py"])
    assert str(problem).startswith(f"{RECORD_PATH}:8: snippets/a/two.py is gone. ")

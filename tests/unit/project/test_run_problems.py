from __future__ import annotations

import pytest

from asrun.base.errors import RunError
from asrun.execution.result import Run, Skipped
from asrun.project.run_problems import find_run_problems
from asrun.verification.record import VerificationRecord


@pytest.fixture
def one(snippet):
    return snippet("print(1 + 1)\n")


def test_a_run_that_printed_what_is_expected_has_no_problem(one):
    assert list(find_run_problems(one, "2\n", Run("2\n"))) == []


def test_a_snippet_that_was_not_run_has_no_problem(one):
    assert list(find_run_problems(one, "2\n", Skipped("cuda"))) == []


def test_a_run_that_failed_is_its_own_problem(one):
    error = RunError(one.locate_line(), "raises", "Mend it.")
    assert list(find_run_problems(one, "2\n", error)) == [error]


def test_another_output_is_told_and_the_record_not_asked(one):
    (problem,) = find_run_problems(one, "3\n", Run("2\n"), VerificationRecord())
    assert "the record says `3`, the program prints `2`" in str(problem)


def test_a_run_that_no_record_verifies_is_told(one):
    (problem,) = find_run_problems(one, "2\n", Run("2\n"), VerificationRecord())
    assert "does not say where it was proven" in str(problem)


def test_a_run_without_figures_is_compared_by_its_output_alone(one):
    record = VerificationRecord()
    assert list(find_run_problems(one, "2\n", Run("2\n"), record, with_figures=False)) == []

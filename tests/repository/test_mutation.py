"""The checks are checked, on a sample; `make mutants` takes a larger one."""

from __future__ import annotations

from asrun_quality.mutation_test import run_mutation_test
from support.project import ROOT


def test_every_small_wrong_that_is_put_into_the_files_is_told(report_measurement):
    report = run_mutation_test(ROOT, seed=0, count=20)
    report_measurement(report.summary)
    assert len(report.results) == 20
    assert [str(mutant) for mutant in report.survivors] == []

"""The checks are checked, on a sample; `make mutants` takes a larger one."""

from __future__ import annotations

from pathlib import Path

from asrun.mutants import check

ROOT = Path(__file__).parents[2]


def test_every_small_wrong_that_is_put_into_the_files_is_told(tell):
    report = check(ROOT, seed=0, count=20)
    tell(report.figure)
    assert len(report.judged) == 20
    assert [str(mutant) for mutant in report.survivors] == []

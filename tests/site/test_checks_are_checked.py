"""Small wrongs, put into copies of the real files, are told; `make mutants` makes more of them."""

from __future__ import annotations

from asrun.mutants import check


def test_every_mutant_of_a_small_sample_is_caught(project, tell):
    report = check(project.root, seed=0, count=20)
    tell(report.figure)
    assert [str(mutant) for mutant in report.survivors] == []
    assert len(report.judged) == 20

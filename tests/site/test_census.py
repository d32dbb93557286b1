"""Every program and lab ran, and every block that is published is one of them."""

from __future__ import annotations

from asrun.execution.result import Run, Skipped
from asrun.publish.build import find_census_of_current_site
from support.project import ROOT


def test_no_page_and_no_snippet_has_a_problem(checked):
    assert [str(problem) for problem in checked.problems] == []


def test_nothing_is_left_unrun_without_a_reason(checked):
    for name, result in checked.results.items():
        assert isinstance(result, Run | Skipped), f"{name}: {result}"


def test_the_census_finds_every_block_run(checked, site, report_measurement):
    """The build counted, and would not have published a site of which the census complains."""
    census = find_census_of_current_site(ROOT, site, checked)
    report_measurement(str(census))
    assert census.problems == ()
    shown, not_run = census.shown_by_language, census.not_run_by_reason
    assert census.ran_count == sum(shown.values()) - sum(not_run.values())
    assert shown["zh"] == shown["en"] > 0

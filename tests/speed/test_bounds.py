"""The seconds that the project promises, on a machine that does nothing else."""

from __future__ import annotations

import time

import pytest

from asrun_quality.benchmark import print_benchmark_report
from support.labs import LABS, run_lab_script
from support.project import ROOT

LAB_SECONDS = 20


@pytest.mark.parametrize("lab", LABS, ids=lambda lab: lab.stem)
def test_a_lab_runs_in_time(lab, tmp_path, report_measurement):
    start = time.monotonic()
    done = run_lab_script(lab, tmp_path)
    seconds = time.monotonic() - start
    report_measurement(f"lab {lab.stem}: {seconds:.1f} s (limit {LAB_SECONDS})")
    assert done.returncode == 0, done.stderr
    assert seconds < LAB_SECONDS


def test_running_and_building_hold_their_bounds(capsys, report_measurement):
    status = print_benchmark_report(ROOT)
    report = capsys.readouterr().out
    report_measurement(report.rstrip())
    assert status == 0, report

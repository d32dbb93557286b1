from __future__ import annotations

import subprocess

import pytest

from asrun import scale
from asrun.scale import Cost


def costs(*seconds: float) -> dict[int, Cost]:
    return {size: Cost(cost, 0) for size, cost in zip(scale.SIZES, seconds, strict=False)}


def test_what_starting_up_costs_does_not_count():
    assert scale.further(costs(5.0 + 1, 5.0 + 10, 5.0 + 100)) == pytest.approx([0.01, 0.01])


def test_a_cost_that_is_the_same_for_every_snippet_does_not_grow():
    assert not scale.grows(costs(6.0, 15.0, 105.0))
    assert not scale.grows(costs(6.0, 15.0, 105.0 * 1.15))  # runs differ


def test_a_cost_that_is_quadratic_in_part_grows():
    quadratic = [5 + 0.01 * size + 1e-6 * size**2 for size in scale.SIZES]
    assert scale.grows(costs(*quadratic))


def test_of_two_sizes_the_larger_may_not_cost_more_a_snippet():
    assert not scale.grows(costs(1.0, 10.0))
    assert scale.grows(costs(1.0, 100.0))


def test_a_cost_counts_what_the_command_starts(tmp_path):
    busy = "import time\nwhile time.process_time() < 0.3: pass\n"
    inner = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {busy!r}])\n"
    assert scale.cost(("-c", inner), tmp_path).seconds > 0.3


def test_a_command_that_fails_is_no_measurement(tmp_path):
    with pytest.raises(subprocess.CalledProcessError) as caught:
        scale.cost(("-c", "raise SystemExit('no such thing')"), tmp_path)
    assert "no such thing" in caught.value.output


def test_the_report_fails_if_a_cost_grows(monkeypatch, tmp_path, capsys):
    def measured(_, size):
        yield scale.STEPS[0][0], Cost(size / 100, 2**20)
        yield scale.STEPS[1][0], Cost(size**2 / 1e6, 2**20)

    monkeypatch.setattr(scale, "measure", measured)
    assert scale.report(tmp_path) == 1
    same, grew = capsys.readouterr().out.splitlines()[-2:]
    assert same == f" 10.00 ms   10.00 ms  {scale.STEPS[0][0]}"
    assert grew.endswith(f"{scale.STEPS[1][0]}  BROKEN")

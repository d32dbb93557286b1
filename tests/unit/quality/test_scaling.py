from __future__ import annotations

import pytest

from asrun_quality.scaling import (
    DEFAULT_SNIPPET_COUNTS,
    MEASURED_STEPS,
    Cost,
    Step,
    compute_marginal_costs,
    is_faster_than_linear,
    measure_step,
    print_scaling_report,
)


def costs(*seconds: float) -> dict[int, Cost]:
    return {
        size: Cost(cost, 0) for size, cost in zip(DEFAULT_SNIPPET_COUNTS, seconds, strict=False)
    }


def test_what_starting_up_costs_does_not_count():
    assert compute_marginal_costs(costs(5.0 + 1, 5.0 + 10, 5.0 + 100)) == pytest.approx(
        [0.01, 0.01]
    )


def test_a_cost_that_is_the_same_for_every_snippet_does_not_grow():
    assert not is_faster_than_linear(costs(6.0, 15.0, 105.0))
    assert not is_faster_than_linear(costs(6.0, 15.0, 105.0 * 1.15))  # runs differ


def test_a_cost_that_is_quadratic_in_part_grows():
    quadratic = [5 + 0.01 * size + 1e-6 * size**2 for size in DEFAULT_SNIPPET_COUNTS]
    assert is_faster_than_linear(costs(*quadratic))


def test_of_two_sizes_the_larger_may_not_cost_more_a_snippet():
    assert not is_faster_than_linear(costs(1.0, 10.0))
    assert is_faster_than_linear(costs(1.0, 100.0))


def test_the_report_fails_if_a_cost_grows(monkeypatch, tmp_path, capsys):
    def measured(step, folders):
        grows = step == MEASURED_STEPS[-1]
        return {n: Cost(n**2 / 1e6 if grows else n / 100, 2**20) for n in folders}

    monkeypatch.setattr("asrun_quality.scaling.measure_step", measured)
    monkeypatch.setattr("asrun_quality.scaling.write_synthetic_project", lambda *_: None)
    assert print_scaling_report(tmp_path) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[1:6] == [
        MEASURED_STEPS[0].name,
        "      1.00 s     1 MiB  100 snippets",
        "     10.00 s     1 MiB  1000 snippets",
        "    100.00 s     1 MiB  10000 snippets",
        "10.00 ms, 10.00 ms  one more",
    ]
    assert [line for line in lines if "BROKEN" in line] == [lines[-1]]


def test_sizes_take_turns_and_the_least_of_some_rounds_counts(monkeypatch, tmp_path):
    folders = {size: tmp_path / str(size) for size in (1, 2)}
    for folder in folders.values():
        (folder / "snippets").mkdir(parents=True)
        (folder / "snippets/a.py").write_text("print(1)\n")
    seconds = iter([3.0, 4.0, 1.0, 6.0])
    asked = []

    def cost(_, folder):
        asked.append((folder.name, (folder / "snippets/a.py").read_text()))
        return Cost(next(seconds), 0)

    monkeypatch.setattr("asrun_quality.scaling.measure_command", cost)
    found = measure_step(Step("x", (), edits_snippet=True, rounds=2), folders)
    assert found == {1: Cost(1.0, 0), 2: Cost(4.0, 0)}
    assert [name for name, _ in asked] == ["1", "2", "1", "2"]
    assert len({text for name, text in asked if name == "1"}) == 2  # changed each time

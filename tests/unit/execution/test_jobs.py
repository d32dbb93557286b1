from __future__ import annotations

import pytest

from asrun.execution.jobs import compute_time_limit, make_job

FIGURE = "# figure.zh: 图\n# figure.en: Figure\n"


def test_a_job_has_all_that_the_worker_must_know(snippet):
    program = snippet("x = 1\n", f"# draw: x, y -> x_new\n{FIGURE}")
    assert make_job(program, 7, plain=True, timeout_seconds=5, memory_megabytes=256) == {
        "id": 7,
        "path": "snippets/a/one.py",
        "source": program.source,
        "drawn_names": ["x", "y", "x_new"],
        "plain": True,
        "as_file": False,
        "network": False,
        "seconds": 5,
        "megabytes": 256,
    }


def test_what_a_program_needs_is_in_its_job(snippet):
    job = make_job(snippet("print(1)\n", "# needs: network\n# runs: file\n"), 0)
    assert job["network"] and job["as_file"]


@pytest.mark.parametrize(
    ("header", "seconds"), [("", 30), ("# runs: file\n", 90), ("# needs: cuda\n", 120)]
)
def test_some_programs_have_more_time(snippet, header: str, seconds: float):
    assert compute_time_limit(snippet("print(1)\n", header), 30) == seconds


def test_a_limit_above_that_of_the_gpu_holds_there_too(snippet):
    program = snippet("print(1)\n", "# needs: cuda\n")
    assert compute_time_limit(program, 500) == 500
    assert make_job(program, 0, memory_megabytes=2**20)["megabytes"] == 2**20
    assert make_job(program, 0)["megabytes"] == 64 * 1024

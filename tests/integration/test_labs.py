"""Labs as Jupyter runs them: what is kept of a cell, and everything that stops a lab."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from asrun.base.errors import LabError
from asrun.execution.cache import CACHE_FOLDER
from asrun.labs.execute import execute_lab, load_lab_run, run_or_load_lab
from asrun.labs.lab import Lab, parse_lab

HEAD = "# %% [markdown]\n# # Title\n"


def lab(*cells: str, language: str = "en") -> Lab:
    text = HEAD + "".join(f"\n# %%\n{cell}\n" for cell in cells)
    return parse_lab(f"docs/{language}/labs/x.py", "labs/x.py", language, text)


def error_of(*cells: str) -> str:
    with pytest.raises(LabError) as caught:
        execute_lab(lab(*cells))
    return str(caught.value)


def test_cells_run_in_order_in_one_kernel_and_keep_what_they_print_and_draw():
    first, second, third = execute_lab(
        lab(
            "x = 2\nprint(x)",
            "import matplotlib.pyplot as plt\n_ = plt.plot([1, 2])\nplt.show()",
            "x + 1",
        )
    )
    assert (first.output, first.plots) == ("2\n", ())
    assert second.output == ""
    assert len(second.plots) == 1
    assert "<svg" in second.plots[0]
    assert third.output == ""  # as in a script, a value that nobody prints is not shown


def test_a_cell_that_raises_is_told_with_its_number_and_line():
    said = error_of("x = 1", "y = 2\n\ny / 0")
    assert said.startswith("docs/en/labs/x.py:10: code cell 2 raised ZeroDivisionError")


def test_an_error_inside_a_function_of_an_earlier_cell_is_told_where_it_stands():
    said = error_of("def f():\n    return 1 / 0", "f()")
    assert said.startswith("docs/en/labs/x.py:6: code cell 2 raised ZeroDivisionError")


def test_a_warning_on_stderr_fails_the_lab():
    said = error_of('import warnings\nwarnings.warn("old", stacklevel=1)')
    assert said.startswith("docs/en/labs/x.py:5: code cell 1 writes to stderr")
    assert "old" in said


def test_a_cell_that_kills_its_kernel_is_told():
    said = error_of("import os\nos._exit(3)")
    assert said.startswith("docs/en/labs/x.py:5: code cell 1: DeadKernelError")


def test_a_cell_that_hangs_is_stopped(monkeypatch):
    monkeypatch.setattr("asrun.labs.execute.CELL_TIMEOUT_SECONDS", 5)
    said = error_of("import time\ntime.sleep(60)")
    assert said.startswith("docs/en/labs/x.py:5: code cell 1: CellTimeoutError")


def test_no_kernel_outlives_its_lab():
    def children() -> set[str]:
        return set(Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split())

    before = children()
    error_of("1 / 0")
    assert children() <= before


def test_a_run_is_kept_for_both_languages_and_a_failure_is_not(tmp_path):
    english, chinese = lab("print(1)"), lab("print(1)", language="zh")
    assert load_lab_run(tmp_path, english) is None
    done = run_or_load_lab(tmp_path, english)
    assert load_lab_run(tmp_path, chinese) == done
    failing = lab("1 / 0")
    assert isinstance(run_or_load_lab(tmp_path, failing), LabError)
    assert load_lab_run(tmp_path, failing) is None


def test_a_broken_cache_file_is_no_run(tmp_path):
    known = lab("print(1)")
    run_or_load_lab(tmp_path, known)
    (file,) = (tmp_path / CACHE_FOLDER / "labs").glob("*.json")
    file.write_text("[{}]", encoding="utf-8")
    assert load_lab_run(tmp_path, known) is None


def test_a_cell_that_reaches_the_network_is_told():
    said = error_of(
        "x = 1", "import socket\nsocket.create_connection(('192.0.2.1', 80), timeout=1)"
    )
    assert said.startswith("docs/en/labs/x.py:9: code cell 2 raised PermissionError: no network")


def test_a_cell_that_writes_outside_its_folder_is_told(tmp_path):
    target = tmp_path / "escaped"
    said = error_of(f"open({str(target)!r}, 'w')")
    assert said.startswith("docs/en/labs/x.py:5: code cell 1 raised PermissionError: no writing")
    assert not target.exists()


def test_a_cell_that_fills_memory_is_told():
    assert "MemoryError" in error_of("x = []\nwhile True:\n    x.append(bytearray(2**26))")


@pytest.mark.skipif(sys.platform != "linux", reason="processes are counted on Linux")
def test_a_cell_that_forks_without_end_is_ended():
    said = error_of("import os, time\nwhile True:\n    os.fork() or time.sleep(60)")
    assert said.startswith("docs/en/labs/x.py:5: code cell 1: DeadKernelError")

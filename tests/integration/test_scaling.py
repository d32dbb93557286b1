from __future__ import annotations

import subprocess

import pytest

from asrun_quality.scaling import measure_command


def test_a_cost_counts_what_the_command_starts(tmp_path):
    busy = "import time\nwhile time.process_time() < 0.3: pass\n"
    inner = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {busy!r}])\n"
    assert measure_command(("-c", inner), tmp_path).cpu_seconds > 0.3


def test_a_command_that_fails_is_no_measurement(tmp_path):
    with pytest.raises(subprocess.CalledProcessError) as caught:
        measure_command(("-c", "raise SystemExit('no such thing')"), tmp_path)
    assert "no such thing" in caught.value.output

from __future__ import annotations

import importlib.metadata
import subprocess
import sys

import pytest

from asrun.worker import environment
from asrun.worker.environment import (
    describe_machine,
    find_gpu_name,
    make_server_environment,
    read_public_version,
)


def test_a_server_inherits_variables_but_those_that_would_change_a_run(monkeypatch):
    monkeypatch.setenv("SOME_VARIABLE", "kept")
    monkeypatch.setenv("PYTHONWARNINGS", "ignore")
    monkeypatch.setenv("OMP_NUM_THREADS", "8")
    variables = make_server_environment()
    assert variables["SOME_VARIABLE"] == "kept"
    assert "PYTHONWARNINGS" not in variables
    assert variables["OMP_NUM_THREADS"] == "1"


def test_a_version_is_told_without_its_local_part(monkeypatch):
    monkeypatch.setattr(importlib.metadata, "version", lambda name: "2.14.1+cu130")
    assert read_public_version("torch") == "2.14.1"


def test_what_is_not_installed_has_no_version():
    assert read_public_version("no-such-distribution") is None


def test_a_machine_is_described_without_importing_anything():
    code = (
        "import sys; from asrun.worker.environment import describe_machine; describe_machine();"
        "print('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
    assert describe_machine()["python"] == ".".join(map(str, sys.version_info[:2]))


@pytest.mark.parametrize(
    ("output", "name"), [("NVIDIA H100\nNVIDIA L4\n", "NVIDIA H100"), ("\n", None), ("", None)]
)
def test_the_first_gpu_counts(monkeypatch, tmp_path, output: str, name: str | None):
    (tmp_path / "nvidiactl").touch()
    monkeypatch.setattr(environment, "Path", lambda _: tmp_path / "nvidiactl")
    done = subprocess.CompletedProcess([], 0, output)
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: done)
    assert find_gpu_name.__wrapped__() == name


def test_a_driver_that_does_not_answer_is_no_gpu(monkeypatch, tmp_path):
    def fail(*_: object, **__: object) -> None:
        raise subprocess.TimeoutExpired("nvidia-smi", 60)

    (tmp_path / "nvidiactl").touch()
    monkeypatch.setattr(environment, "Path", lambda _: tmp_path / "nvidiactl")
    monkeypatch.setattr(subprocess, "run", fail)
    assert find_gpu_name.__wrapped__() is None

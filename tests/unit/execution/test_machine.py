from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

import pytest

from asrun.base.errors import ProjectError
from asrun.execution import machine
from asrun.execution.machine import (
    describe_interpreter,
    describe_this_machine,
    make_user_environment,
)


def test_this_interpreter_is_what_a_worker_says_of_it():
    assert describe_this_machine() == describe_interpreter(sys.executable)


def test_a_machine_is_described_again_when_something_was_installed(monkeypatch):
    before = describe_this_machine()
    monkeypatch.setattr(machine, "describe_machine", lambda: before | {"torch": "9.9"})
    assert describe_this_machine() == before
    monkeypatch.setattr(machine, "read_install_stamp", lambda: (("site-packages", 1),))
    assert describe_this_machine()["torch"] == "9.9"


@pytest.mark.parametrize("python", ["no-such-python", "/bin/false"])
def test_what_is_no_interpreter_is_an_error(python: str):
    with pytest.raises(ProjectError, match="no Python that can run programs"):
        describe_interpreter(python)


def test_programs_get_a_short_folder_for_temporary_files(monkeypatch, tmp_path):
    long = tmp_path / ("x" * 60)
    long.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(long))
    assert make_user_environment()["TMPDIR"] == "/tmp"
    monkeypatch.setattr(tempfile, "tempdir", "/var/tmp")
    assert make_user_environment() == {"TMPDIR": "/var/tmp"}


def test_a_full_disk_of_temporary_files_is_told(monkeypatch):
    usage = shutil.disk_usage("/tmp")._replace(free=2**20)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    with pytest.raises(ProjectError, match="the disk of temporary files has less than 32 MiB left"):
        make_user_environment()


def test_no_folder_for_temporary_files_is_told(monkeypatch):
    def fail() -> str:
        raise FileNotFoundError(2, "No usable temporary directory found in ['/tmp']")

    monkeypatch.setattr(tempfile, "gettempdir", fail)
    with pytest.raises(ProjectError, match=r"no folder for temporary files\. Set TMPDIR"):
        make_user_environment()


def test_a_user_without_home_and_name_gets_both(monkeypatch):
    def fail() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", fail)
    folder = tempfile.gettempdir()
    assert make_user_environment() == {
        "TMPDIR": folder,
        "HOME": folder,
        "USER": "asrun",
        "LOGNAME": "asrun",
    }

from __future__ import annotations

import sys

import pytest

from asrun.base.errors import ProjectError
from asrun.execution import machine
from asrun.execution.machine import describe_interpreter, describe_this_machine


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

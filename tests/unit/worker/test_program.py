from __future__ import annotations

import sys
import types
import warnings

import pytest

from asrun.worker import program
from asrun.worker.program import (
    capture_plots,
    collect_module_versions,
    describe_exception,
    list_open_figures,
    read_tensors,
)


def run(source: str) -> BaseException:
    """Return the exception that a program ends in."""
    try:
        exec(compile(source, "x.py", "exec"), {})
    except BaseException as error:
        return error
    pytest.fail("it raised nothing")


def test_an_exception_is_told_with_the_programs_own_line():
    source = "import json\n\n\ndef load():\n    json.loads('x')\n\n\nload()\n"
    report = describe_exception(run(source), "x.py")
    assert report == {
        "name": "JSONDecodeError",
        "qualified_name": "json.decoder.JSONDecodeError",
        "line": 5,
        "text": "json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)",
        "is_warning": False,
    }


@pytest.mark.parametrize(
    ("source", "name", "line"),
    [
        ("1\nimport sys; sys.exit()\n", "SystemExit", 2),
        ("1\n\nexec('1 1')\n", "SyntaxError", 3),
        ("1\nx = = 1\n", "SyntaxError", 2),
    ],
)
def test_what_else_ends_a_program_has_its_line_too(source: str, name: str, line: int):
    report = describe_exception(run(source), "x.py")
    assert (report["name"], report["line"]) == (name, line)


def test_an_error_from_outside_the_program_is_at_its_first_line():
    assert describe_exception(ValueError("x"), "x.py")["line"] == 1


def test_a_warning_is_told_as_one():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        error = run("import warnings\nwarnings.warn('old')\n")
    assert describe_exception(error, "x.py")["is_warning"]


def test_without_torch_no_name_is_a_tensor(monkeypatch):
    monkeypatch.delitem(sys.modules, "torch", raising=False)
    assert read_tensors({"x": 1}, ["x", "y"]) == ({}, ["x", "y"])


def test_a_large_tensor_is_told_without_its_numbers(monkeypatch):
    import torch

    monkeypatch.setitem(sys.modules, "torch", torch)
    variables = {"x": torch.ones(2, dtype=torch.int8), "big": torch.ones(5, 13), "y": 1}
    tensors, missing_names = read_tensors(variables, ["x", "big", "y"])
    assert tensors == {
        "x": {"shape": [2], "dtype": "int8", "values": [1, 1]},
        "big": {"shape": [5, 13], "dtype": "float32", "values": []},
    }
    assert missing_names == ["y"]


def test_without_pyplot_there_are_no_figures_to_capture(monkeypatch):
    monkeypatch.delitem(sys.modules, "matplotlib.pyplot", raising=False)
    capture_plots([])
    assert list_open_figures() == []


def test_versions_are_of_what_is_loaded(monkeypatch):
    monkeypatch.setitem(sys.modules, "numpy", types.SimpleNamespace(__version__="9.9"))
    monkeypatch.delitem(sys.modules, "torchvision", raising=False)
    versions = collect_module_versions()
    assert versions["numpy"] == "9.9"
    assert "torchvision" not in versions
    assert versions["python"] == program.platform.python_version()

from __future__ import annotations

import sys
import types

from asrun.worker import program
from asrun.worker.program import collect_module_versions, make_main_module, read_tensors


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


def test_versions_are_of_what_is_loaded(monkeypatch):
    monkeypatch.setitem(sys.modules, "numpy", types.SimpleNamespace(__version__="9.9"))
    monkeypatch.delitem(sys.modules, "torchvision", raising=False)
    versions = collect_module_versions()
    assert versions["numpy"] == "9.9"
    assert "torchvision" not in versions
    assert versions["python"] == program.platform.python_version()


def test_the_main_module_has_what_the_interpreter_puts_there():
    main = make_main_module("/x/one.py")
    assert (main.__name__, main.__file__, main.__spec__) == ("__main__", "/x/one.py", None)
    assert isinstance(main.__builtins__, types.ModuleType)

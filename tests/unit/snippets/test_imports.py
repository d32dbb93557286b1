from __future__ import annotations

import ast
import os
import sys

import pytest

from asrun.snippets.imports import (
    analyze_imports,
    find_installed_version,
    find_installed_versions,
    read_install_stamp,
)


def test_imports_are_found_wherever_they_stand_and_the_standard_library_is_left_out():
    source = "import os, torch.nn as nn\ndef f():\n    from numpy.linalg import norm\n"
    assert analyze_imports(ast.parse(source)).modules == ("numpy.linalg", "torch.nn")


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("import torch\n\nx = torch.ones(2)\nx.sum()\n", ["torch.ones"]),
        ("from torch import nn\n\nnn.Linear(1, 1)\n", ["torch.nn.Linear"]),
        ("import torch.nn.functional as F\n\nF.relu\n", ["torch.nn.functional.relu"]),
        ("from torchvision import ops\n\nops.nms\n", ["torchvision.ops.nms"]),
        ("import torch.nn\n\ntorch.nn.init.ones_\n", ["torch.nn.init.ones_"]),
        ("def f():\n    import torch\n\n    torch.ones(1).sum()\n", ["torch.ones"]),
        ("import math\n\nprint(math.pi)\n", []),
    ],
)
def test_what_a_program_uses_of_torch_is_found_by_full_names(code, names):
    assert list(analyze_imports(ast.parse(code)).torch_names) == names


def test_versions_are_read_without_importing():
    loaded = set(sys.modules)
    assert find_installed_versions(["zensical.config"]) == {
        "zensical": find_installed_version("zensical")
    }
    assert find_installed_version("zensical") is not None
    assert "zensical" not in set(sys.modules) - loaded


def test_a_module_named_unlike_its_distribution_is_found():
    assert find_installed_version("PIL") is not None


def test_what_is_installed_while_a_process_lives_is_found(tmp_path, monkeypatch):
    folder = tmp_path / "site-packages"
    folder.mkdir()
    monkeypatch.setattr(sys, "path", [*sys.path, str(folder)])
    assert find_installed_version("made_up") is None
    stamps = {read_install_stamp()}
    for version in ("1.0", "2.0"):
        for old in folder.glob("*/METADATA"):
            old.unlink()
            old.parent.rmdir()
        metadata_file = folder / f"made_up-{version}.dist-info" / "METADATA"
        metadata_file.parent.mkdir()
        metadata_file.write_text(f"Metadata-Version: 2.1\nName: made_up\nVersion: {version}\n")
        os.utime(folder, ns=(0, len(stamps)))  # some clocks tick every 10 ms only
        assert find_installed_version("made_up") == version
        stamps.add(read_install_stamp())
    assert len(stamps) == 3

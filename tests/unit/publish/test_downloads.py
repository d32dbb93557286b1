"""The script to take away: it brings its requirements along."""

from __future__ import annotations

import tomllib

import pytest

from asrun.publish.downloads import build_standalone_script, list_requirements
from support.blocks import make_block


def test_a_script_names_what_it_needs_and_is_the_program_as_shown():
    text = build_standalone_script(make_block("import lxml\n\nprint(lxml)\n"))
    head, _, program = text.partition("# ///\n")
    block = "".join(line.removeprefix("# ") for line in head.splitlines(keepends=True)[1:])
    needed = tomllib.loads(block)
    assert needed["requires-python"] == ">=3.11"
    assert [name.partition("==")[0] for name in needed["dependencies"]] == ["lxml"]
    assert program == "# Summary.\nimport lxml\n\nprint(lxml)\n"


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("import os\n", []),
        ("from markdown_it import MarkdownIt\n", ["markdown-it-py"]),
        ("import torch\n", ["torch"]),
        ("import torch\n\ntorch.ones(1).numpy()\n", ["numpy", "torch"]),
        ("import no_such_module\n", ["no_such_module"]),
        ("import lxml\n\nlxml.x(return_tensors='pt')\n", ["lxml", "torch"]),
    ],
)
def test_requirements_are_distributions_not_modules(source, names):
    assert [
        name.partition("==")[0] for name in list_requirements(make_block(source).snippet)
    ] == names


def test_no_local_build_is_required():
    assert all("+" not in name for name in list_requirements(make_block("import torch\n").snippet))

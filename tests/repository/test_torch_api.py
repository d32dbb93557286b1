"""What pages state of torch's functions is what the installed torch says."""

from __future__ import annotations

import ast
import inspect
import re

import pytest

from asrun.pages.signatures import find_page_signatures, find_signature_problems
from support.project import ROOT

LOADER_ROW = re.compile(r"^\| `(\w+)` \| `([^`]*)` \|", re.MULTILINE)


def test_every_signature_on_a_page_is_the_installed_one(project):
    assert [str(error) for page in project.pages for error in find_signature_problems(page)] == []
    assert sum(1 for page in project.pages for _ in find_page_signatures(page)) > 0


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_parameter_of_a_loader_stands_in_the_table_with_its_default(language: str):
    from torch.utils.data import DataLoader

    page = (ROOT / "docs" / language / "data" / "loader.md").read_text(encoding="utf-8")
    shown = [(name, ast.literal_eval(default)) for name, default in LOADER_ROW.findall(page)]

    parameters = inspect.signature(DataLoader).parameters.values()
    real = [(each.name, each.default) for each in parameters if each.default is not each.empty]

    assert shown == real
    # 0 == False: the types have to agree as well.
    assert [type(value) for _, value in shown] == [type(value) for _, value in real]

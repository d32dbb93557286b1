"""The table of DataLoader's parameters says what the installed torch says."""

import ast
import inspect
import re

import pytest
from torch.utils.data import DataLoader

from support.project import ROOT

ROW = re.compile(r"^\| `(\w+)` \| `([^`]*)` \|", re.MULTILINE)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_parameter_stands_in_the_table_with_its_default(language: str) -> None:
    page = (ROOT / "docs" / language / "data" / "loader.md").read_text(encoding="utf-8")
    shown = {name: ast.literal_eval(default) for name, default in ROW.findall(page)}

    parameters = inspect.signature(DataLoader).parameters.values()
    real = {p.name: p.default for p in parameters if p.default is not p.empty}

    assert list(shown.items()) == list(real.items())
    # 0 == False: the types have to agree as well
    assert [type(value) for value in shown.values()] == [type(value) for value in real.values()]

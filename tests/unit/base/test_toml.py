from __future__ import annotations

import pytest

from asrun.base.errors import PageError
from asrun.base.toml import parse_toml


def test_a_data_file_is_read():
    assert parse_toml('x = ["1"]\n', "docs/x.toml") == {"x": ["1"]}


@pytest.mark.parametrize(
    ("text", "line"),
    [("a = 1\nb = ?\nc = 3\n", 2), ("a = 1\na = 2\n", 2), ("a = 1\n[[", 2)],
)
def test_what_is_not_toml_is_told_with_its_line_and_the_way_out(text: str, line: int):
    with pytest.raises(PageError, match=rf"^docs/x\.toml:{line}: not TOML: .* Take it back\.$"):
        parse_toml(text, "docs/x.toml", "Take it back.")

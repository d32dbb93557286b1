"""The place that a line of a Markdown copy came from."""

from __future__ import annotations

import pytest

from asrun.base.errors import ProjectError
from asrun.publish.locate import find_line_origin


@pytest.mark.parametrize(
    ("path", "line", "origin"),
    [
        ("site/index.md", 4, "docs/zh/index.md:4"),
        ("site/en/index.md", 8, "snippets/a/one.py:3"),
        ("/tmp/copy/site/en/index.md", 14, "snippets/a/one.out:1"),
    ],
)
def test_a_line_is_traced_to_a_page_a_program_or_its_output(files, path, line, origin):
    assert str(find_line_origin(files.root, path, line)) == origin


@pytest.mark.parametrize(("path", "line"), [("site/no/index.md", 1), ("site/index.md", 999)])
def test_a_line_that_there_is_not_is_told(files, path, line):
    with pytest.raises(ProjectError) as raised:
        find_line_origin(files.root, path, line)
    assert str(raised.value) == (
        f"{path}:{line}: no page has such a line. Name a twin: site/…/index.md:LINE."
    )

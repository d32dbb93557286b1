"""The typography of Chinese: spaces between 汉字 and Latin, full-width punctuation."""

from __future__ import annotations

from pathlib import Path

import autocorrect_py
import pytest

ROOT = Path(__file__).parents[2]
PAGES = [*sorted((ROOT / "docs" / "zh").rglob("*.md")), ROOT / "README.zh.md"]


def faults(text: str) -> list[str]:
    return [
        f"{line.line}: {line.old} -> {line.new}"
        for line in autocorrect_py.lint_for(text, "x.md").lines
    ]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_a_page_is_set_well(page):
    assert faults(page.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("text", ["用torch拼接", "拼接两个张量,再堆叠"])
def test_bad_setting_is_found(text):
    assert faults(text)

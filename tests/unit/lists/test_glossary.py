from __future__ import annotations

import pytest

from asrun.base.errors import PageError
from asrun.lists.glossary import find_discouraged_terms, parse_glossary, render_glossary
from asrun.pages.page import Page

GLOSSARY = """\
# words

[[term]]
zh = "批"
en = "batch"
about = { zh = "几个样本。", en = "Some samples." }
avoid = ["批次"]
"""


def page(source: str = "# T\n", language: str = "zh") -> Page:
    return Page(f"docs/{language}/reference/x.md", "reference/x.md", language, source)


def test_a_term_is_listed_in_both_languages_with_its_line():
    rows = dict(render_glossary(page(), parse_glossary(GLOSSARY)))
    assert str(rows["| 批 | batch | 几个样本。 |"]) == "docs/glossary.toml:3"
    english_rows = dict(render_glossary(page(language="en"), parse_glossary(GLOSSARY)))
    assert "| 批 | batch | Some samples. |" in english_rows


def test_a_chinese_page_that_uses_another_word_is_told():
    (problem,) = find_discouraged_terms(parse_glossary(GLOSSARY), page("# T\n\n一个批次。\n"))
    assert str(problem) == "docs/zh/reference/x.md:3: `批次`. The glossary says 批."
    assert find_discouraged_terms(parse_glossary(GLOSSARY), page("# T\n\n一批。\n")) == []
    assert find_discouraged_terms(parse_glossary(GLOSSARY), page("# T\n\n批次\n", "en")) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("# words\n[[term", r"glossary\.toml:2: not TOML"),
        (GLOSSARY.replace('en = "batch"\n', ""), r"glossary\.toml:3: a term without en"),
    ],
)
def test_a_glossary_that_cannot_be_read_is_told_with_its_line(text: str, message: str):
    with pytest.raises(PageError, match=message):
        parse_glossary(text)

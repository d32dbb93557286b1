from __future__ import annotations

import ast

import pytest

from asrun.base.errors import SnippetError
from asrun.base.languages import LANGUAGES
from asrun.snippets.snippet import parse_snippet

SOURCE = """\
# raises: ValueError
# zh: 摘要。
# en: Summary.

import math

def f():
    # zh: 里面。
    # en: Inside.
    return math.pi  # (1,)
"""


def parse(source: str):
    return parse_snippet("a/x.py", "snippets/a/x.py", source)


def test_a_language_keeps_its_own_comments_without_the_tag():
    text = parse(SOURCE).localize("zh").text
    assert text == "# 摘要。\n\nimport math\n\ndef f():\n    # 里面。\n    return math.pi  # (1,)\n"


def test_every_line_knows_the_line_it_came_from():
    localized = parse(SOURCE).localize("en")
    lines = SOURCE.splitlines()
    for text, number in zip(localized.text.splitlines(), localized.source_lines, strict=True):
        assert text.strip("# ").removeprefix("en: ") in lines[number - 1]
    assert localized.source_lines == (3, 4, 5, 6, 7, 9, 10)


def test_all_languages_have_the_same_program():
    texts = [parse(SOURCE).localize(language).text for language in LANGUAGES]
    programs = {ast.dump(ast.parse(text)) for text in texts}
    assert programs == {ast.dump(ast.parse(SOURCE))}


def test_a_snippet_is_localized_once_for_each_language():
    snippet = parse(SOURCE)
    assert snippet.localize("zh") is snippet.localize("zh")
    assert snippet.localize("en") is not snippet.localize("zh")


def test_blank_lines_do_not_begin_a_text():
    assert parse("# raises: E\n\n# zh: 一。\n# en: One.\nx = 1\n").localize("zh").text[0] == "#"


def test_a_tagged_line_in_a_string_would_change_the_program_and_is_refused():
    source = '# zh: 一。\n# en: One.\nx = """\n# zh: 在字符串里\n# en: in a string\n"""\n'
    with pytest.raises(SnippetError) as caught:
        parse(source).localize("zh")
    assert "snippets/a/x.py:4: the `zh` view is another program" in str(caught.value)


def test_a_line_that_a_page_cannot_hold_is_refused_in_its_language():
    source = f"# zh: {'宽' * 42}。\n# en: Narrow.\nx = 1\n"
    assert parse(source).localize("en").text.startswith("# Narrow.")
    with pytest.raises(SnippetError) as caught:
        parse(source).localize("zh")
    assert "snippets/a/x.py:1: 88 columns wide in the `zh` view" in str(caught.value)


@pytest.mark.parametrize(
    "string",
    ['"a\\\n# zh: b\\\n# en: c"', '"a\x0c# zh: b\x0c# en: c"', "'''\n# zh: b\n# en: c\n'''"],
    ids=["continued", "with form feeds", "in apostrophes"],
)
def test_however_a_string_goes_over_lines_its_tagged_lines_are_refused(string):
    source = f"# zh: 一。\n# en: One.\nx = {string}\n"
    with pytest.raises(SnippetError, match="view is another program"):
        parse(source).localize("zh")

from __future__ import annotations

import pytest

from asrun.pages.page import Page
from asrun.translation.parity import compare_translations, find_untranslated_pages

SOUND = (
    '# T\n\n## A { #a }\n\n[l](b.md)\n\n```python\n--8<-- "a/one.py"\n```\n\n| x | y |\n|---|---|\n'
)


def page(language: str, source: str) -> Page:
    return Page(f"docs/{language}/x.md", "x.md", language, source)


def differences(zh: str, en: str) -> list[str]:
    return [str(error) for error in compare_translations(page("zh", zh), page("en", en))]


def test_pages_that_say_the_same_do_not_differ():
    assert differences(SOUND.replace("# T", "# 题"), SOUND) == []


def test_a_page_in_one_language_only_is_told():
    (error,) = find_untranslated_pages([page("en", SOUND)])
    assert str(error).startswith("docs/en/x.md:1: no counterpart docs/zh/x.md")


@pytest.mark.parametrize(
    ("was", "becomes", "says"),
    [
        ("## A { #a }", "## A { #b }", "docs/zh/x.md:3: heading `## #a` here, `## #b` at docs/en"),
        ("## A { #a }", "### A { #a }", "heading `## #a`"),
        ("## A { #a }\n\n", "", "heading `## #a` here, none in docs/en/x.md"),
        ("b.md", "c.md", "link `b.md` here, `c.md` at docs/en/x.md:5"),
        ("a/one.py", "a/two.py", "block `a/one.py` here, `a/two.py` at docs/en/x.md:7"),
        ("| x | y |\n", "| x | y |\n| 1 | 2 |\n", "table row"),
    ],
)
def test_a_difference_is_told_with_both_places(was: str, becomes: str, says: str):
    found = differences(SOUND, SOUND.replace(was, becomes))
    assert any(says in message for message in found), found


def test_what_is_only_in_english_is_told_at_its_place():
    (message,) = differences(SOUND, SOUND + "\n[more](d.md)\n")
    assert message.startswith("docs/en/x.md:14: link `d.md` here, none in docs/zh/x.md")


def test_a_number_in_a_table_is_the_same_in_both_languages():
    table = "# T\n\n| x | y |\n|---|---|\n| 两个 1.5 和 2 | 7 |\n"
    assert differences(table, table.replace("两个 1.5 和 2", "two: 2 and 1.5")) == []
    (message,) = differences(table, table.replace("| 7 |", "| 8 |"))
    assert message.startswith("docs/zh/x.md:5: a table cell says `7` here, `8` at docs/en/x.md:5")

from __future__ import annotations

import pytest

from asrun.translation.section_digest import compute_section_digest


def digest(text: str, language: str = "en"):
    return compute_section_digest(text.splitlines(), language)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Sizes must\nagree.", "Sizes must agree."),
        ("| a |  b |\n|---|---|", "| a | b |\n|:--|--:|"),
        ("See [shapes](shape.md).", "See [shapes](form.md)."),
        ("One.\n\nTwo.", "One.\n\n\nTwo.  "),
    ],
)
def test_what_says_the_same_has_the_same_digest(first: str, second: str):
    assert digest(first) == digest(second)


@pytest.mark.parametrize(
    ("first", "second"),
    [("一共 2 个，由 `dim` 指定。", "一共2个，由`dim`指定。"), ("一\n个", "一个")],
)
def test_spaces_at_chinese_do_not_count(first: str, second: str):
    assert digest(first, "zh").words == digest(second, "zh").words


def test_another_spelling_changes_the_words_and_no_fact():
    first, second = digest("Sizes must agree, all 3."), digest("Sizes have to agree, all 3.")
    assert first.words != second.words
    assert first.facts == second.facts


@pytest.mark.parametrize(
    "text", ["It is 4.", "It is not 3.", "It is `3`.", "It is.\n\n3.", "- It is 3.", "| It is 3. |"]
)
def test_a_number_a_negation_code_or_another_block_changes_the_facts(text: str):
    assert digest(text).facts != digest("It is 3.").facts


def test_a_digest_is_written_as_both_hashes():
    section_digest = digest("It is 3.")
    assert str(section_digest) == f"{section_digest.words}-{section_digest.facts}"
    assert (len(section_digest.words), len(section_digest.facts)) == (12, 8)

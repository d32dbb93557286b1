from __future__ import annotations

from asrun.translation.sections import pair_pages, split_sections
from support.translation import EN, make_page, make_pages


def test_a_section_below_a_section_is_one_by_itself():
    keys = split_sections(make_page("en", "# T\n\n## A { #a }\n\n### B { #b }\n\nWords.\n"))
    assert list(keys) == ["a/b.md#top", "a/b.md#a", "a/b.md#b"]
    assert keys["a/b.md#b"].location.line == 5


def test_the_part_above_the_first_section_is_one_at_the_title():
    sections = split_sections(make_page("en", EN))
    assert list(sections) == ["a/b.md#top", "a/b.md#cat", "a/b.md#which"]
    assert (sections["a/b.md#top"].title, sections["a/b.md#top"].location.line) == ("", 4)


def test_a_pair_has_the_sections_of_both_languages():
    pair = pair_pages(make_pages())["a/b.md"]
    assert list(pair.sections["zh"]) == list(pair.sections["en"])
    assert pair.sections["zh"]["a/b.md#which"].title == "用哪个"


def test_a_page_in_one_language_or_that_cannot_be_read_is_in_no_pair():
    assert pair_pages(make_pages()[:1]) == {}
    assert pair_pages(make_pages(en=EN + "\n```\n")) == {}

from __future__ import annotations

import pytest

from asrun.base.errors import PageError, ProjectError
from asrun.translation.declare import declare_in_sync, declare_new_sections, declare_typo
from asrun.translation.sections import pair_pages
from asrun.translation.staleness import find_section_changes, find_sync_problems
from support.translation import EN, SYNC, ZH, find_stale_ids, make_pages, make_pair


def test_a_section_declared_in_sync_is_no_longer_behind_and_the_others_are():
    en = EN.replace("agree", "match").replace("joins", "glues")
    sync = declare_in_sync(SYNC, make_pages(en=en), "a/b#cat")
    assert find_stale_ids(sync, en=en) == ["top"]


@pytest.mark.parametrize("target", ["a/b", "a/b.md", "docs/en/a/b.md", "docs/zh/a/b"])
def test_a_page_may_be_named_as_one_likes(target: str):
    en = EN.replace("agree", "match").replace("joins", "glues")
    assert find_stale_ids(declare_in_sync(SYNC, make_pages(en=en), target), en=en) == []


@pytest.mark.parametrize(("target", "says"), [("a/c", "no page"), ("a/b#dog", "no section")])
def test_what_is_not_there_cannot_be_declared(target: str, says: str):
    with pytest.raises(ProjectError, match=says):
        declare_in_sync(SYNC, make_pages(), target)


def test_pages_that_differ_in_shape_cannot_be_declared_in_sync():
    with pytest.raises(PageError, match=r"link `forms\.md` at|link `shape\.md` here"):
        declare_in_sync(SYNC, make_pages(en=EN.replace("shape.md", "forms.md")), "a/b")


def test_declaring_what_is_new_leaves_alone_what_is_behind():
    more = "\n## More { #more }\n"
    zh, en = ZH + more, EN.replace("agree", "match") + more
    pages = [*make_pages(zh, en), *make_pages(uri="new.md")]
    sync = declare_new_sections(SYNC, pages)
    assert list(find_sync_problems(sync, pages, pair_pages(pages))) == []
    assert find_stale_ids(sync, zh, en) == ["cat"]


def test_declaring_what_is_new_takes_out_what_is_gone():
    sync = declare_new_sections(SYNC, [*make_pages(), *make_pages(uri="new.md")])
    assert declare_new_sections(sync, make_pages()) == SYNC
    zh, en = (text[: text.index("\n## ")] for text in (ZH, EN))
    assert list(declare_new_sections(SYNC, make_pages(zh, en))) == ["a/b.md#top"]


# --- typos --------------------------------------------------------------------------------------


def typo(target: str, zh: str = ZH, en: str = EN) -> list[str]:
    """Declare a typo; return what is behind afterwards."""
    return find_stale_ids(declare_typo(SYNC, make_pages(zh, en), target), zh, en)


@pytest.mark.parametrize("target", ["docs/en/a/b.md", "docs/en/a/b#cat"])
def test_a_typo_leaves_the_other_language_up_to_date(target: str):
    assert typo(target, en=EN.replace("Sizes must agree", "Sizes have to agree")) == []


def test_a_typo_in_one_section_says_nothing_of_another():
    en = EN.replace("agree", "match").replace("joins", "glues")
    assert typo("docs/en/a/b.md#cat", en=en) == ["top"]


def test_after_a_typo_the_next_change_is_seen():
    first = make_pages(en=EN.replace("agree", "agrree"))
    sync = declare_typo(SYNC, first, "docs/en/a/b.md")
    (change,) = find_section_changes(sync, make_pair(en=EN.replace("agree", "differ")))
    assert change.languages == ("en",)


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ("There are 2", "There are 3"),
        ("two tensors", "three tensors"),
        ("must agree", "must not agree"),
        ("`dim` says", "`dims` says"),
        ("with `cat`", "with `stack`"),
        ("| dimensions | 3 |", "| dimension | 3 |"),
        ("- Last point.", "- Last point.\n- And another."),
        ("- Last point.", "- Last point.\n\nAnd more."),
        ("- Last point.", "* Last point."),
        ("- Last point.", "    - Last point."),
    ],
)
def test_a_number_a_negation_code_a_table_or_another_paragraph_is_no_typo(was: str, becomes: str):
    assert was in EN
    with pytest.raises(PageError, match=r"more than a typo.*make synced page=a/b#"):
        typo("docs/en/a/b.md", en=EN.replace(was, becomes))


@pytest.mark.parametrize(
    ("was", "becomes"), [("2 个", "3 个"), ("两个张量", "三个张量"), ("必须一致", "不必一致")]
)
def test_so_in_chinese(was: str, becomes: str):
    assert was in ZH
    with pytest.raises(PageError, match="more than a typo"):
        typo("docs/zh/a/b.md", ZH.replace(was, becomes))


def test_a_changed_link_is_no_typo():
    other = EN.replace("shape.md", "forms.md").replace("agree", "match")
    with pytest.raises(PageError, match="link `"):
        typo("docs/en/a/b.md", en=other)


def test_it_is_no_typo_if_the_other_language_changed_too():
    with pytest.raises(PageError, match=r"docs/zh/a/b\.md:8 changed too"):
        typo("docs/en/a/b.md", ZH.replace("一致", "相同"), EN.replace("agree", "match"))


def test_one_section_that_is_no_typo_refuses_the_page():
    with pytest.raises(PageError, match="the numbers differ"):
        typo("docs/en/a/b.md", en=EN.replace("agree", "match").replace("| 3 |", "| 4 |"))


@pytest.mark.parametrize(
    ("target", "says"), [("docs/en/a/b.md", "nothing changed"), ("a/b", "in which language")]
)
def test_a_typo_needs_a_change_and_a_language(target: str, says: str):
    with pytest.raises(ProjectError, match=says):
        typo(target)

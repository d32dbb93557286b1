"""Which sections changed since they were declared in sync, and what is wrong with the record."""

from __future__ import annotations

import pytest

from asrun.pages.page import Page
from asrun.translation.declare import declare_in_sync
from asrun.translation.sections import pair_pages
from asrun.translation.staleness import describe_change, find_section_changes, find_sync_problems
from asrun.translation.sync_file import SYNC_FILE_PATH, format_sync_file, parse_sync_file
from support.translation import EN, SYNC, ZH, make_pages, make_pair


def changed(zh: str = ZH, en: str = EN) -> list[tuple[str, tuple[str, ...]]]:
    """Return the sections that changed since `ZH` and `EN` were declared in sync, and where."""
    changes = find_section_changes(SYNC, make_pair(zh, en))
    return [(change.sections["en"].id, change.languages) for change in changes]


def told(pages: list[Page], sync=SYNC) -> list[str]:
    return [str(error) for error in find_sync_problems(sync, pages, pair_pages(pages))]


def test_nothing_changed_since_the_sync_means_nothing_is_behind():
    assert changed() == []


@pytest.mark.parametrize(
    ("was", "becomes", "section"),
    [
        ("It joins", "It glues", "top"),
        ("description: How.", "description: Why.", "top"),
        ("# Joining", "# Gluing", "top"),
        ("must agree", "may differ", "cat"),
        ("There are 2", "There are 3", "cat"),
        ("`dim`", "`axis`", "cat"),
        ("Last point", "Final point", "cat"),
        ("- First point.\n- Last point.", "- First point. Last point.", "cat"),
        ("- Last", "    - Last", "cat"),
        ("Make it", "Make one", "cat"),
        ("| dimensions | 3 |", "| dimensions | 4 |", "which"),
    ],
)
def test_a_change_is_seen_in_its_section_alone(was: str, becomes: str, section: str):
    assert was in EN
    assert changed(en=EN.replace(was, becomes)) == [(section, ("en",))]


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        (" There are 2 of them,\nand", "\nThere are 2 of them, and"),
        ("two tensors.", "two  tensors.  "),
        ("\n\n- First", "\n\n\n- First"),
        ("| --- | --- |", "|:------|---:|"),
        ("| dimensions | 3 |", "| dimensions |  3   |"),
    ],
)
def test_wrapping_padding_and_spacing_are_no_change(was: str, becomes: str):
    assert was in EN
    assert changed(en=EN.replace(was, becomes)) == []


def test_chinese_may_be_wrapped_anywhere_as_well():
    assert changed(ZH.replace("张量接起来", "张量\n接起来")) == []
    assert changed(ZH.replace("由 `dim` 指定", "由`dim`指定")) == []


def test_what_parity_holds_equal_is_not_counted():
    """A program or a link that changes in one language alone is an error already."""
    other = EN.replace("shape.md", "forms.md").replace("a/one.py", "a/two.py")
    assert changed(en=other) == []
    assert changed(en=EN.replace("`dim`", "`[x](y)`")) == [("cat", ("en",))]


def test_both_may_have_changed():
    assert changed(ZH.replace("一致", "相同"), EN.replace("agree", "match")) == [
        ("cat", ("zh", "en"))
    ]


def test_a_page_in_the_file_and_in_both_languages_is_no_problem():
    assert told(make_pages()) == []


def test_a_page_that_was_never_declared_is_told():
    (message,) = told([*make_pages(), *make_pages(uri="new.md")])
    assert message.startswith("docs/zh/new.md:1: never declared in sync with docs/en/new.md.")
    assert message.endswith("`make synced page=new`.")


def test_a_section_that_was_never_declared_is_told_at_its_heading():
    more = "\n## More { #more }\n"
    (message,) = told(make_pages(ZH + more, EN + more))
    assert message.startswith("docs/zh/a/b.md:25: section `#more` was never declared")
    assert message.endswith("`make synced page=a/b#more`.")


def test_a_section_that_is_gone_is_told_at_its_line_of_the_file():
    sync = parse_sync_file(format_sync_file(SYNC))
    zh, en = (text.partition("\n## Which" if text is EN else "\n## 用哪个")[0] for text in (ZH, EN))
    (message,) = told(make_pages(zh, en), sync)
    number = (
        format_sync_file(SYNC)
        .splitlines()
        .index(next(line for line in format_sync_file(SYNC).splitlines() if "#which" in line))
    )
    assert message.startswith(f"{SYNC_FILE_PATH}:{number + 1}: a/b.md has no section `#which`.")
    assert "which" not in format_sync_file(declare_in_sync(sync, make_pages(zh, en), "a/b#which"))


def test_a_page_that_is_gone_is_told_once():
    (message,) = told([])
    assert "there is no page a/b.md. Take it out: `make synced page=a/b`" in message
    assert declare_in_sync(SYNC, [], "a/b") == {}


def test_a_page_that_cannot_be_read_is_not_called_gone():
    assert told(make_pages(en=EN + "\n```\n")) == []


def test_a_change_is_described_with_both_places_and_the_way_out():
    (change,) = find_section_changes(SYNC, make_pair(en=EN.replace("agree", "match")))
    assert describe_change(change) == (
        "docs/zh/a/b.md:8: section `#cat` is behind docs/en/a/b.md:8. Bring it up to date, then: "
        "`make synced page=a/b#cat`; if that was a typo: `make synced page=a/b#cat typo=en`."
    )


def test_a_change_in_both_languages_is_to_be_compared():
    pair = make_pair(ZH.replace("一致", "相同"), EN.replace("agree", "match"))
    (change,) = find_section_changes(SYNC, pair)
    assert describe_change(change) == (
        "docs/zh/a/b.md:8: section `#cat` changed here and at docs/en/a/b.md:8 since both were "
        "compared. Compare them, then: `make synced page=a/b#cat`."
    )

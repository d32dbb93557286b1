from __future__ import annotations

from asrun.pages.page import ExpandedPage
from asrun.translation.banner import compose_banner, insert_banner
from asrun.translation.staleness import find_section_changes
from support.translation import EN, SYNC, ZH, make_page, make_pair


def banner(language: str, zh: str = ZH, en: str = EN) -> list[str]:
    pair = make_pair(zh, en)
    return compose_banner(find_section_changes(SYNC, pair), pair.pages[language], "THERE")


def test_the_page_that_is_behind_names_the_sections_and_links_both_sides():
    en = EN.replace("agree", "match").replace("joins", "glues")
    assert banner("zh", en=en) == [
        "英文版已经更新，本页这几处还没有跟上：开头（[the opening](THERE)）；"
        "[用 `cat` 接长](#cat)（[Make it longer with `cat`](THERE#cat)）。"
    ]
    assert banner("en", en=en) == []


def test_where_both_changed_both_pages_say_so():
    zh, en = ZH.replace("一致", "相同"), EN.replace("agree", "match")
    assert banner("en", zh, en) == [
        "Changed in both languages, and not compared since: "
        "[Make it longer with `cat`](#cat) ([用 `cat` 接长](THERE#cat))."
    ]
    assert banner("zh", zh, en)[0].startswith("这几处中英文都改过")


def test_the_banner_stands_below_the_title_and_every_line_keeps_its_place():
    source = make_page("en", "# T\n\nWords.\n")
    plain = ExpandedPage(source.source, tuple(source.locate_line(n) for n in (1, 2, 3)))
    shown = insert_banner(plain, source, ["One.", "Two."])
    assert shown.text == "# T\n\n> One.\n>\n> Two.\n\nWords.\n"
    assert [place.line for place in shown.line_locations] == [1, 1, 1, 1, 1, 2, 3]
    assert insert_banner(plain, source, []) is plain

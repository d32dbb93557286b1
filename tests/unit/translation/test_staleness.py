from __future__ import annotations

from urllib.parse import urldefrag

import lxml.html
import pytest

from asrun.base.errors import PageError, ProjectError
from asrun.cli.main import main
from asrun.pages.page import ExpandedPage, Page
from asrun.translation.banner import compose_banner, insert_banner
from asrun.translation.declare import declare_in_sync, declare_new_sections, declare_typo
from asrun.translation.staleness import (
    find_section_changes,
    find_sync_problems,
    pair_pages,
    split_sections,
)
from asrun.translation.sync_file import SYNC_FILE_PATH, format_sync_file, parse_sync_file
from support.project import PAGE, sound_project

EN = """\
---
description: How.
---
# Joining

It joins two tensors.

## Make it longer with `cat` { #cat }

Sizes must agree, see [shapes](shape.md). There are 2 of them,
and `dim` says where.

```python
--8<-- "a/one.py"
```

- First point.
- Last point.

## Which one { #which }

| What | `cat` |
| --- | --- |
| dimensions | 3 |
"""
ZH = """\
---
description: 怎么拼。
---
# 拼接

它把两个张量接起来。

## 用 `cat` 接长 { #cat }

大小必须一致，见[形状](shape.md)。一共 2 个，由 `dim` 指定。

```python
--8<-- "a/one.py"
```

- 第一点。
- 最后一点。

## 用哪个 { #which }

| 比什么 | `cat` |
| --- | --- |
| 维数 | 3 |
"""


def page(language: str, source: str, uri: str = "a/b.md") -> Page:
    return Page(f"docs/{language}/{uri}", uri, language, source)


def both(zh: str = ZH, en: str = EN, uri: str = "a/b.md") -> list[Page]:
    return [page("zh", zh, uri), page("en", en, uri)]


SYNC = declare_new_sections({}, both())


def changed(zh: str = ZH, en: str = EN) -> list[tuple[str, tuple[str, ...]]]:
    """Return the sections that changed since `ZH` and `EN` were declared in sync, and where."""
    pair = pair_pages(both(zh, en))["a/b.md"]
    return [(c.sections["en"].id, c.languages) for c in find_section_changes(SYNC, pair)]


def told(pages: list[Page], sync=SYNC) -> list[str]:
    return [str(error) for error in find_sync_problems(sync, pages)]


# --- what changed -------------------------------------------------------------------------------


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


def test_a_section_below_a_section_is_one_by_itself():
    keys = split_sections(page("en", "# T\n\n## A { #a }\n\n### B { #b }\n\nWords.\n"))
    assert list(keys) == ["a/b.md#top", "a/b.md#a", "a/b.md#b"]
    assert keys["a/b.md#b"].location.line == 5


# --- the data file ------------------------------------------------------------------------------


def test_what_is_written_is_read_again():
    read = parse_sync_file(format_sync_file(SYNC))
    assert {key: entry.digests for key, entry in read.items()} == {
        key: entry.digests for key, entry in SYNC.items()
    }


def test_the_file_has_one_line_a_section_in_a_fixed_order():
    lines = [line for line in format_sync_file(SYNC).splitlines() if not line.startswith("#")]
    assert [line.partition(" = ")[0] for line in lines] == [
        '"a/b.md#cat"',
        '"a/b.md#top"',
        '"a/b.md#which"',
    ]
    assert format_sync_file(dict(reversed(SYNC.items()))) == format_sync_file(SYNC)


@pytest.mark.parametrize("marks", ["<<<<<<< ours\n", '"a/b.md#cat" = { zh = "1-2", en = "3-4" }\n'])
def test_a_merge_conflict_is_told_with_its_line_and_the_way_out(marks: str):
    text = format_sync_file(SYNC) + marks
    with pytest.raises(PageError, match="keep one line a section") as error:
        parse_sync_file(text)
    assert error.value.location.path == SYNC_FILE_PATH
    assert error.value.location.line >= len(text.splitlines())


@pytest.mark.parametrize("line", ['"x.md#a" = 1', '"x.md#a" = { zh = "1-2" }'])
def test_a_line_that_is_not_ours_is_told(line: str):
    with pytest.raises(PageError, match=r"docs/sync\.toml:2: not a line of ours: `x\.md#a`"):
        parse_sync_file(f"# head\n{line}\n")


def test_a_page_in_the_file_and_in_both_languages_is_no_problem():
    assert told(both()) == []


def test_a_page_that_was_never_declared_is_told():
    (message,) = told([*both(), *both(uri="new.md")])
    assert message.startswith("docs/zh/new.md:1: never declared in sync with docs/en/new.md.")
    assert message.endswith("`make synced page=new`.")


def test_a_section_that_was_never_declared_is_told_at_its_heading():
    more = "\n## More { #more }\n"
    (message,) = told(both(ZH + more, EN + more))
    assert message.startswith("docs/zh/a/b.md:25: section `#more` was never declared")
    assert message.endswith("`make synced page=a/b#more`.")


def test_a_section_that_is_gone_is_told_at_its_line_of_the_file():
    sync = parse_sync_file(format_sync_file(SYNC))
    zh, en = (text.partition("\n## Which" if text is EN else "\n## 用哪个")[0] for text in (ZH, EN))
    (message,) = told(both(zh, en), sync)
    number = (
        format_sync_file(SYNC)
        .splitlines()
        .index(next(line for line in format_sync_file(SYNC).splitlines() if "#which" in line))
    )
    assert message.startswith(f"{SYNC_FILE_PATH}:{number + 1}: a/b.md has no section `#which`.")
    assert "which" not in format_sync_file(declare_in_sync(sync, both(zh, en), "a/b#which"))


def test_a_page_that_is_gone_is_told_once():
    (message,) = told([])
    assert "there is no page a/b.md. Take it out: `make synced page=a/b`" in message
    assert declare_in_sync(SYNC, [], "a/b") == {}


def test_a_page_that_cannot_be_read_is_not_called_gone():
    assert told(both(en=EN + "\n```\n")) == []


# --- declaring ----------------------------------------------------------------------------------


def test_a_section_declared_in_sync_is_no_longer_behind_and_the_others_are():
    now = both(en=EN.replace("agree", "match").replace("joins", "glues"))
    sync = declare_in_sync(SYNC, now, "a/b#cat")
    (change,) = find_section_changes(sync, pair_pages(now)["a/b.md"])
    assert change.sections["en"].id == "top"


@pytest.mark.parametrize("target", ["a/b", "a/b.md", "docs/en/a/b.md", "docs/zh/a/b"])
def test_a_page_may_be_named_as_one_likes(target: str):
    now = both(en=EN.replace("agree", "match").replace("joins", "glues"))
    assert find_section_changes(declare_in_sync(SYNC, now, target), pair_pages(now)["a/b.md"]) == []


@pytest.mark.parametrize(("target", "says"), [("a/c", "no page"), ("a/b#dog", "no section")])
def test_what_is_not_there_cannot_be_declared(target: str, says: str):
    with pytest.raises(ProjectError, match=says):
        declare_in_sync(SYNC, both(), target)


def test_pages_that_differ_in_shape_cannot_be_declared_in_sync():
    with pytest.raises(PageError, match=r"link `forms\.md` at|link `shape\.md` here"):
        declare_in_sync(SYNC, both(en=EN.replace("shape.md", "forms.md")), "a/b")


def test_declaring_what_is_new_leaves_alone_what_is_behind():
    more = "\n## More { #more }\n"
    now = both(ZH + more, EN.replace("agree", "match") + more)
    sync = declare_new_sections(SYNC, [*now, *both(uri="new.md")])
    assert told([*now, *both(uri="new.md")], sync) == []
    assert [c.sections["en"].id for c in find_section_changes(sync, pair_pages(now)["a/b.md"])] == [
        "cat"
    ]
    assert not {key for key in declare_new_sections(sync, now) if key.startswith("new.md")}


# --- typos --------------------------------------------------------------------------------------


def typo(target: str, zh: str = ZH, en: str = EN) -> list[str]:
    """Declare a typo; return what is behind afterwards."""
    now = both(zh, en)
    sync = declare_typo(SYNC, now, target)
    return [
        change.sections["en"].id for change in find_section_changes(sync, pair_pages(now)["a/b.md"])
    ]


@pytest.mark.parametrize("target", ["docs/en/a/b.md", "docs/en/a/b#cat"])
def test_a_typo_leaves_the_other_language_up_to_date(target: str):
    assert typo(target, en=EN.replace("Sizes must agree", "Sizes have to agree")) == []


def test_a_typo_in_one_section_says_nothing_of_another():
    en = EN.replace("agree", "match").replace("joins", "glues")
    assert typo("docs/en/a/b.md#cat", en=en) == ["top"]


def test_after_a_typo_the_next_change_is_seen():
    first = both(en=EN.replace("agree", "agrree"))
    sync = declare_typo(SYNC, first, "docs/en/a/b.md")
    (change,) = find_section_changes(
        sync, pair_pages(both(en=EN.replace("agree", "differ")))["a/b.md"]
    )
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


# --- what pages say -----------------------------------------------------------------------------


def notes(language: str, zh: str = ZH, en: str = EN) -> list[str]:
    pair = pair_pages(both(zh, en))["a/b.md"]
    return compose_banner(find_section_changes(SYNC, pair), pair[language], "THERE")


def test_the_page_that_is_behind_names_the_sections_and_links_both_sides():
    en = EN.replace("agree", "match").replace("joins", "glues")
    assert notes("zh", en=en) == [
        "英文版已经更新，本页这几处还没有跟上：开头（[the opening](THERE)）；"
        "[用 `cat` 接长](#cat)（[Make it longer with `cat`](THERE#cat)）。"
    ]
    assert notes("en", en=en) == []


def test_where_both_changed_both_pages_say_so():
    zh, en = ZH.replace("一致", "相同"), EN.replace("agree", "match")
    assert notes("en", zh, en) == [
        "Changed in both languages, and not compared since: "
        "[Make it longer with `cat`](#cat) ([用 `cat` 接长](THERE#cat))."
    ]
    assert notes("zh", zh, en)[0].startswith("这几处中英文都改过")


def test_the_note_stands_below_the_title_and_every_line_keeps_its_place():
    source = page("en", "# T\n\nWords.\n")
    plain = ExpandedPage(source.source, tuple(source.locate_line(n) for n in (1, 2, 3)))
    shown = insert_banner(plain, source, ["One.", "Two."])
    assert shown.text == "# T\n\n> One.\n>\n> Two.\n\nWords.\n"
    assert [place.line for place in shown.line_locations] == [1, 1, 1, 1, 1, 2, 3]
    assert insert_banner(plain, source, []) is plain


# --- the commands, and the site -----------------------------------------------------------------

LAB = (
    "# %% [markdown]\n# # Lab\n#\n# Words.\n\n# %%\nprint(1)\n\n"
    "# %% [markdown]\n# ## A { #a }\n#\n# Old.\n"
)


def asrun(files, *arguments: str) -> int:
    return main(["--root", str(files.root), *arguments])


def test_a_project_without_the_file_says_nothing_of_freshness(files):
    assert asrun(files, "check") == 0


def test_what_is_new_is_an_error_until_it_is_declared(files, capsys):
    assert asrun(files, "synced", "--new") == 0
    assert capsys.readouterr().out == "index.md#top: in sync\n"
    assert asrun(files, "check") == 0
    files.page("# New\n", "a/new.md")
    assert asrun(files, "check") == asrun(files, "stale") == 1
    assert "make synced page=a/new" in capsys.readouterr().err
    assert asrun(files, "synced", "a/new") == 0
    assert asrun(files, "check") == 0


def test_what_is_behind_is_listed_and_fails_nothing(files, capsys):
    asrun(files, "synced", "--new")
    files.write("docs/en/index.md", PAGE.replace("# Title", "# Heading"))
    capsys.readouterr()
    assert asrun(files, "stale") == asrun(files, "check") == 0
    told = capsys.readouterr().out
    assert told.startswith("docs/zh/index.md:4: section `#top` is behind docs/en/index.md:4.")
    assert "`make synced page=index#top typo=en`" in told


def test_a_refused_declaration_writes_nothing(files):
    asrun(files, "synced", "--new")
    before = files.read(SYNC_FILE_PATH)
    files.write("docs/en/index.md", PAGE.replace("# Title", "# Title 2"))
    assert asrun(files, "typo", "docs/en/index.md") == 1
    assert asrun(files, "synced", "index", "nothing") == 1
    assert asrun(files, "synced") == 1
    assert files.read(SYNC_FILE_PATH) == before


def test_a_file_that_cannot_be_read_is_not_written_over(files, capsys):
    files.write(SYNC_FILE_PATH, "<<<<<<< ours\n")
    assert asrun(files, "synced", "--new") == 1
    assert "docs/sync.toml:1: not TOML" in capsys.readouterr().err
    assert files.read(SYNC_FILE_PATH) == "<<<<<<< ours\n"


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """A site of three pages and a lab: English moved on in a section of one page and of the lab."""
    made = sound_project(tmp_path_factory.mktemp("freshness"))
    made.page(EN, "a/b.md")
    made.page("# Shape\n", "a/shape.md")
    for language in ("zh", "en"):
        made.write(f"docs/{language}/labs/x.py", LAB)
    assert asrun(made, "synced", "--new") == 0
    made.write("docs/en/a/b.md", EN.replace("agree", "match"))
    made.write("docs/en/labs/x.py", LAB.replace("Old.", "New."))
    assert asrun(made, "site") == 0
    return made


BEHIND = {"site/a/b/index.html", "site/labs/x/index.html"}


def banners(files) -> dict[str, list[lxml.html.HtmlElement]]:
    """Return the banners of all pages that have one, by the page's path."""
    found = {}
    for file in (files.root / "site").rglob("*.html"):
        tree = lxml.html.parse(str(file), lxml.html.HTMLParser(encoding="utf-8")).getroot()
        if shown := tree.find_class("behind"):
            found[file.relative_to(files.root).as_posix()] = shown
    return found


def test_the_banner_stands_on_the_page_that_is_behind_and_nowhere_else(published):
    assert {path: len(shown) for path, shown in banners(published).items()} == dict.fromkeys(
        BEHIND, 1
    )


def test_the_banner_is_at_the_top_of_the_page_without_styles_or_scripts(published):
    for (banner,) in banners(published).values():
        assert banner.getnext().tag in ("h1", "div")
        assert banner.xpath(".//@style | .//script | .//@onclick") == []
        assert banner.getparent().tag == "article"


def test_its_links_lead_to_the_same_section_of_both_pages(published):
    for path, (banner,) in banners(published).items():
        here = (published.root / path).parent
        targets = []
        for link in banner.iter("a"):
            target, fragment = urldefrag(link.get("href"))
            file = (here / target / "index.html").resolve()
            assert lxml.html.parse(str(file)).xpath("//*[@id=$id]", id=fragment)
            targets.append((file.relative_to(published.root).as_posix(), link.get("lang")))
        assert targets == [(path, None), (path.replace("site/", "site/en/"), "en")]


def test_the_twin_says_it_too_with_links_to_twins(published):
    twin = published.read("site/a/b/index.md")
    assert "\n# Joining\n\n> 英文版已经更新" in twin
    assert "](../../en/a/b/index.md#cat)" in twin
    assert "](../../en/labs/x/index.md#a)" in published.read("site/labs/x/index.md")
    assert "> 英文版已经更新" in published.read("site/llms-full.txt")
    for path in ("site/en/a/b/index.md", "site/a/shape/index.md", "site/en/llms-full.txt"):
        assert "behind" not in published.read(path)
        assert "已经更新" not in published.read(path)


def test_the_twins_lines_are_traced_past_the_note(published, capsys):
    number = published.read("site/a/b/index.md").splitlines().index("It joins two tensors.") + 1
    assert asrun(published, "where", f"site/a/b/index.md:{number}") == 0
    assert capsys.readouterr().out == "docs/zh/a/b.md:6\n"


def test_chinese_leads_from_the_english_twin(files):
    files.page(EN, "a/b.md")
    files.page("# Shape\n", "a/shape.md")
    asrun(files, "synced", "--new")
    files.write("docs/zh/a/b.md", EN.replace("agree", "match"))
    assert asrun(files, "site") == 0
    assert "](../../../a/b/index.md#cat)" in files.read("site/en/a/b/index.md")
    assert set(banners(files)) == {"site/en/a/b/index.html"}
    ((banner,),) = banners(files).values()
    assert banner.xpath(".//@href") == ["#cat", "../../../a/b/#cat"]

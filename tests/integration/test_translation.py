"""The translator's commands, and what a site says of the sections that are behind."""

from __future__ import annotations

from urllib.parse import urldefrag

import lxml.html
import pytest

from asrun.cli.main import main
from asrun.translation.sync_file import SYNC_FILE_PATH
from support.project import PAGE, sound_project
from support.translation import EN

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

"""The archive of the whole site: unpacked, it works from disk, without a server."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

import pytest

from asrun.publish.offline import ARCHIVE_NAME, write_archive
from support.browser import FOLDERS, INJECT, arrive, in_browser, opened, search, until


@pytest.fixture(scope="module")
def unpacked(site, tmp_path_factory) -> Path:
    """Unpack it where a path can be mistaken: it has a space, a word of the theme's, and 汉字."""
    folder = tmp_path_factory.mktemp("offline") / "my workers 目录"
    with zipfile.ZipFile(site / ARCHIVE_NAME) as archive:
        archive.extractall(folder)
    return folder / "pytorch-that-runs"


def test_it_is_the_same_whenever_it_is_made(site, tmp_path):
    before = hashlib.sha256((site / ARCHIVE_NAME).read_bytes()).hexdigest()
    copy = tmp_path / "site"
    for file in sorted(site.rglob("*"), reverse=True):
        if file.is_file():
            target = copy / file.relative_to(site)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(file.read_bytes())
    write_archive(copy)  # over the archive that is there
    assert hashlib.sha256((copy / ARCHIVE_NAME).read_bytes()).hexdigest() == before


def test_it_holds_every_page_and_neither_itself_nor_what_needs_a_server(site, unpacked):
    packed = {file.relative_to(unpacked).as_posix() for file in unpacked.rglob("*")}
    pages = {file.relative_to(site).as_posix() for file in site.rglob("index.html")}
    assert pages < packed
    assert not {name for name in packed if name.endswith((".zip", "404.html", ".map"))}
    for folder in FOLDERS.values():
        assert f"{folder}search/search_index.js" in packed
        assert f"{folder}search/search_index.json" not in packed
    assert not {page for page in pages if ARCHIVE_NAME in (unpacked / page).read_text("utf-8")}


def test_no_link_of_it_is_dead_or_leads_to_a_folder(unpacked):
    import lxml.html

    from support.links import dead_links

    assert dead_links(unpacked.resolve()) == []
    for file in unpacked.rglob("*.html"):
        tree = lxml.html.parse(str(file), lxml.html.HTMLParser(encoding="utf-8")).getroot()
        for link in tree.xpath("//a/@href"):
            path = link.partition("#")[0].partition("?")[0]
            assert ":" in path or not path or not (file.parent / path).is_dir(), f"{file}: {link}"


def test_every_page_leads_to_it(site):
    for file in site.rglob("index.html"):
        up = "../" * (len(file.relative_to(site).parts) - 1)
        assert f'href="{up}{ARCHIVE_NAME}" download' in file.read_text("utf-8"), file


@in_browser
@pytest.mark.parametrize(
    ("folder", "words", "title"),
    [("", "堆叠", "拼接与堆叠"), ("en/", "stack", "Joining tensors")],
)
def test_pages_search_and_the_language_switch_work_without_a_server(
    browser, unpacked, folder, words, title
):
    page = opened(browser)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    arrive(page, (unpacked / folder / "index.html").as_uri())
    page.click(".md-sidebar a[href$='tensors/joining/index.html']")  # by chapter
    page.click(".md-sidebar a[href$='shape/index.html']")
    assert page.url == (unpacked / folder / "tensors/shape/index.html").as_uri()
    page.wait_for_selector(".md-typeset h1")
    family = page.evaluate("getComputedStyle(document.querySelector('.md-typeset')).fontFamily")
    assert "PingFang" in family  # the site's own style sheet is there
    results = search(page, words)
    assert any(title in shown for shown, _ in results[:3]), results
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/index.html?h=**")
    assert (unpacked / folder / "tensors/joining/index.html").as_uri() in page.url
    page.wait_for_selector("mark[data-md-highlight]")
    other, language = ("", "zh") if folder else ("en/", "en")
    link = page.locator(f"a.md-select__link[hreflang={language}]")
    page.goto(link.evaluate("link => link.href"))
    assert page.url == (unpacked / other / "tensors/joining/index.html").as_uri()
    assert page.wrong == page.evaluate("window.broken") == []
    assert [url for url in asked if not url.startswith(("file:", "data:", "about:"))] == []


@in_browser
def test_its_policy_allows_files_and_no_other_host(browser, unpacked):
    page = opened(browser)
    arrive(page, (unpacked / "index.html").as_uri())
    page.evaluate(INJECT)
    until(page, "window.broken.length === 2")
    assert page.evaluate("window.ran") is None

"""The search, asked on one page of each language."""

from __future__ import annotations

import gzip
import json
from urllib.parse import urlsplit

import pytest

from support.browser import (
    clear_search,
    load_page,
    needs_browser,
    open_page,
    search_site,
    wait_until,
)
from support.site import LANGUAGE_FOLDERS, get_page_url, list_published_pages

PASTED = (
    "RuntimeError: Sizes of tensors must match except in dimension 0. "
    "Expected size 2 but got size 3 for tensor number 1 in the list."
)


@pytest.fixture(scope="module")
def asked(request, browser, address):
    """Return a page of a language, which the searches of this module share."""
    with open_page(browser) as page:
        load_page(page, f"{address}{LANGUAGE_FOLDERS[request.param]}tensors/shape/")
        yield page


in_chinese = pytest.mark.parametrize("asked", ["zh"], indirect=True)


@needs_browser
@pytest.mark.parametrize(
    ("asked", "words", "title"),
    [
        ("zh", "堆叠", "拼接与堆叠"),
        ("zh", "常用", "三种常用写法"),  # from the middle of a title
        ("zh", "原地", "连续与原地操作"),
        ("zh", "数字", "手写数字"),
        ("zh", "变换", "形状变换"),
        ("zh", "torch.permute", "形状变换"),
        ("zh", "Expected size 2 but got size 3", "报错与改法"),
        ("zh", PASTED, "报错与改法"),
        ("en", "stack", "Joining tensors"),
        ("en", "torch.permute", "Changing shape"),
        ("en", "Sizes of tensors must match except in dimension", "Errors and fixes"),
        ("en", PASTED, "Errors and fixes"),
    ],
    indirect=["asked"],
)
def test_search_finds_the_page_among_its_first_three(asked, words, title):
    results = search_site(asked, words)
    assert any(title in shown for shown, _ in results[:3]), results[:5]
    english = {"/en/" in urlsplit(href).path for _, href in results}
    assert english == {"/en/" in urlsplit(asked.url).path}


@needs_browser
@in_chinese
@pytest.mark.parametrize("words", ["x" * 2000, "<script>window.injected = 1</script>", "\"'`(["])
def test_odd_searches_break_nothing(asked, words):
    search_site(asked, words)
    assert asked.evaluate("window.injected") is None
    assert asked.errors == []


@needs_browser
@in_chinese
@pytest.mark.parametrize("nothing", ["", "   "], ids=["empty", "spaces"])
def test_a_search_for_nothing_finds_nothing_and_breaks_nothing(asked, nothing):
    address = asked.url
    assert search_site(asked, "torch.cat")
    clear_search(asked)
    asked.fill(".md-search__input", nothing)
    asked.keyboard.press("End")
    wait_until(asked, "!document.querySelector('.md-search-result__item')")
    asked.keyboard.press("Enter")
    assert asked.url == address
    assert asked.errors == []


@pytest.mark.parametrize("language", LANGUAGE_FOLDERS)
def test_search_knows_every_page_of_its_language_and_no_other(site, project, language):
    folder = LANGUAGE_FOLDERS[language]
    index = json.loads((site / folder / "search/search_index.json").read_text(encoding="utf-8"))
    indexed = {folder + entry["location"].partition("#")[0] for entry in index["docs"]}
    assert indexed == set(map(get_page_url, list_published_pages(project, language)))


@pytest.mark.parametrize("language", LANGUAGE_FOLDERS)
def test_the_search_index_is_light(site, project, language, report_measurement):
    file = site / LANGUAGE_FOLDERS[language] / "search/search_index.json"
    data = gzip.compress(file.read_bytes())
    page_count = len(list_published_pages(project, language))
    report_measurement(
        f"search index, {language}: {len(data) / 1000:.0f} kB compressed (limit 400), "
        f"{len(data) / page_count / 1000:.1f} kB a page on {page_count} pages"
    )
    assert len(data) <= 400_000

"""The offline copy of the site, used from disk without a server."""

from __future__ import annotations

import pytest

from support.browser import (
    INJECTION_SCRIPT,
    load_page,
    needs_browser,
    open_page,
    search_site,
    wait_until,
)
from support.site import unpack_archive

pytestmark = needs_browser


@pytest.fixture(scope="module")
def unpacked(site, tmp_path_factory):
    return unpack_archive(site, tmp_path_factory.mktemp("offline"))


@pytest.mark.parametrize(
    ("folder", "words", "title"),
    [("", "堆叠", "拼接与堆叠"), ("en/", "stack", "Joining tensors")],
    ids=["zh", "en"],
)
def test_pages_search_and_the_language_switch_work_without_a_server(
    browser, unpacked, folder, words, title
):
    with open_page(browser) as page:
        requests: list[str] = []
        page.on("request", lambda request: requests.append(request.url))
        load_page(page, (unpacked / folder / "index.html").as_uri())
        page.click(".md-sidebar a[href$='tensors/joining/index.html']")  # by chapter
        page.click(".md-sidebar a[href$='shape/index.html']")
        assert page.url == (unpacked / folder / "tensors/shape/index.html").as_uri()
        page.wait_for_selector(".md-typeset h1")
        family = page.evaluate("getComputedStyle(document.querySelector('.md-typeset')).fontFamily")
        assert "PingFang" in family  # the site's own style sheet is there
        results = search_site(page, words)
        assert any(title in shown for shown, _ in results[:3]), results
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        page.wait_for_url("**/index.html?h=**")
        assert (unpacked / folder / "tensors/joining/index.html").as_uri() in page.url
        page.wait_for_selector("mark[data-md-highlight]")
        other_folder, language = ("", "zh") if folder else ("en/", "en")
        link = page.locator(f"a.md-select__link[hreflang={language}]")
        page.goto(link.evaluate("link => link.href"))
        assert page.url == (unpacked / other_folder / "tensors/joining/index.html").as_uri()
        assert page.errors == page.evaluate("window.violations") == []
        allowed = ("file:", "data:", "about:")
        assert [url for url in requests if not url.startswith(allowed)] == []


def test_its_policy_allows_files_and_no_other_host(browser, unpacked):
    with open_page(browser) as page:
        load_page(page, (unpacked / "index.html").as_uri())
        page.evaluate(INJECTION_SCRIPT)
        wait_until(page, "window.violations.length === 2")
        assert page.evaluate("window.injected") is None

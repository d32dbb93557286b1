"""The site used with the keyboard alone."""

from __future__ import annotations

import pytest

from support.browser import (
    CLIPBOARD,
    COPY_BUTTON,
    load_page,
    needs_browser,
    open_page,
    wait_until,
)
from support.site import LANGUAGE_FOLDERS

pytestmark = needs_browser


def tab_to(page, selector: str) -> None:
    """Press Tab until an element has the focus."""
    for _ in range(150):
        page.keyboard.press("Tab")
        if page.evaluate("name => document.activeElement.matches(name)", selector):
            return
    pytest.fail(f"Tab does not reach {selector}")


def test_the_first_tab_skips_to_the_page(browser, address):
    with open_page(browser) as page:
        load_page(page, f"{address}tensors/shape/")
        page.wait_for_selector(COPY_BUTTON, state="attached")
        page.keyboard.press("Tab")
        assert "md-skip" in page.evaluate("document.activeElement.className")
        page.keyboard.press("Enter")
        tab_to(page, ".md-content *")


def test_it_opens_a_folded_region_and_copies_the_program(browser, address):
    with open_page(browser, permissions=CLIPBOARD) as page:
        load_page(page, f"{address}data/dataset/")
        page.wait_for_selector(COPY_BUTTON, state="attached")
        page.focus("article h1 a")  # where the skip link leads
        hidden = page.query_selector("code .folded")
        assert not hidden.is_visible()
        tab_to(page, "button.region")
        page.keyboard.press("Enter")
        assert hidden.is_visible()
        page.keyboard.press("Space")
        assert not hidden.is_visible()
        tab_to(page, COPY_BUTTON)
        page.evaluate("navigator.clipboard.writeText('')")
        page.keyboard.press("Enter")
        wait_until(page, "navigator.clipboard.readText().then((text) => text.includes('import'))")


def test_it_changes_the_language(browser, address):
    with open_page(browser) as page:
        load_page(page, f"{address}tensors/shape/")
        tab_to(page, ".md-select > button")
        tab_to(page, "a.md-select__link[hreflang=en]")
        assert page.locator("a.md-select__link[hreflang=en]").is_visible()
        page.keyboard.press("Enter")
        page.wait_for_url(f"{address}en/tensors/shape/")


def test_it_changes_between_light_and_dark(browser, address):
    with open_page(browser, color_scheme="light") as page:
        load_page(page, f"{address}tensors/shape/")
        page.wait_for_selector(COPY_BUTTON, state="attached")
        tab_to(page, "input[name=__palette]")
        schemes = set()
        for _ in range(3):
            schemes.add(page.get_attribute("body", "data-md-color-scheme"))
            page.keyboard.press("ArrowDown")
        assert schemes == {"default", "slate"}


@pytest.mark.parametrize("folder", LANGUAGE_FOLDERS.values(), ids=LANGUAGE_FOLDERS)
def test_it_searches_chooses_and_goes_there(browser, address, folder):
    with open_page(browser) as page:
        load_page(page, address + folder)
        page.wait_for_load_state("networkidle")
        page.keyboard.press("/")
        wait_until(page, "document.activeElement.matches('.md-search__input')")
        page.keyboard.type("torch.permute")
        # Until what the first letters found is gone.
        wait_until(page, "document.querySelector('.md-search-result__item > a[href*=permute]')")
        wanted = page.locator(".md-search-result__item > a").nth(1).get_attribute("href")
        for _ in range(20):
            page.keyboard.press("ArrowDown")
            if page.evaluate("document.activeElement.href") == wanted:
                break
        page.keyboard.press("Enter")
        page.wait_for_url(wanted)
        assert folder in page.url

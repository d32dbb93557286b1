"""Every page and lab, visited once in each language on a narrow screen, and what came of it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

import pytest

from asrun.publish.census import parse_markdown_blocks
from support.browser import (
    CLIPBOARD,
    COPY_BUTTON,
    INJECTION_SCRIPT,
    load_page,
    needs_browser,
    open_page,
    serve_folder,
    wait_until,
)
from support.site import (
    LANGUAGE_FOLDERS,
    get_page_url,
    get_twin_path,
    list_published_pages,
    list_shown_lines,
)

pytestmark = needs_browser

SCREEN_WIDTH = 360  # pixels

# Clicks each copy button of a page, and reads the clipboard after each.
COPY_ALL = """async (buttons) => {
  const texts = [];
  for (const button of document.querySelectorAll(buttons)) {
    await navigator.clipboard.writeText("");
    button.click();
    let text = "";
    while (text === "") text = await navigator.clipboard.readText();
    texts.push(text);
  }
  return texts;
}"""


@dataclass
class Visit:
    """What one visit to a page showed."""

    width: int  # of the whole page, in pixels
    shift: float  # the sum of its layout shifts
    copied: list[str]  # by each of its copy buttons, in order
    errors: list[str]  # of its scripts, of the console, and violations of the security policy


@dataclass
class Tour:
    """A language's pages, each visited once, and all that they asked for."""

    language: str
    address: str
    requests: list[str] = field(default_factory=list)
    visits: dict[str, Visit] = field(default_factory=dict)  # by the page's URL from the site's root


@pytest.fixture(scope="module")
def unsearched_address(site):
    """Serve the site with an empty search index: every page reads it, which takes long."""
    index = json.loads((site / "search/search_index.json").read_text(encoding="utf-8"))
    with serve_folder(site, {"search_index.json": json.dumps(index | {"docs": []})}) as url:
        yield url


@pytest.fixture(scope="module", params=LANGUAGE_FOLDERS)
def tour(request, browser, unsearched_address, project) -> Tour:
    tour = Tour(request.param, address := unsearched_address)
    screen = {"width": SCREEN_WIDTH, "height": 800}
    with open_page(browser, viewport=screen, permissions=CLIPBOARD) as page:
        page.on("request", lambda each: tour.requests.append(each.url))
        for shown in list_published_pages(project, tour.language):
            load_page(page, address + get_page_url(shown))
            has_program = page.locator(".language-python").count() > 0
            if has_program:
                page.wait_for_selector(COPY_BUTTON, state="attached")
            page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
            tour.visits[get_page_url(shown)] = Visit(
                page.evaluate("document.documentElement.scrollWidth"),
                page.evaluate("window.shift"),
                page.evaluate(COPY_ALL, COPY_BUTTON),
                [*page.evaluate("window.violations"), *page.errors],
            )
            page.errors.clear()
    return tour


def test_no_page_asks_another_host(tour):
    assert len(tour.requests) > 40
    allowed = (tour.address, "data:")
    assert [url for url in tour.requests if not url.startswith(allowed)] == []
    indexes = {url for url in tour.requests if url.endswith("search_index.json")}
    assert indexes == {f"{tour.address}{LANGUAGE_FOLDERS[tour.language]}search/search_index.json"}


def test_no_page_breaks_the_policy_or_fails_in_a_script(tour):
    assert {url: visit.errors for url, visit in tour.visits.items() if visit.errors} == {}


def test_no_page_shifts_while_it_loads(tour):
    assert {url: visit.shift for url, visit in tour.visits.items() if visit.shift >= 0.02} == {}


def test_no_page_scrolls_sideways_on_a_narrow_screen(tour):
    widths = {url: visit.width for url, visit in tour.visits.items()}
    assert {url: width for url, width in widths.items() if width > SCREEN_WIDTH} == {}


def test_the_copy_buttons_copy_the_programs_of_the_page(tour, site, project):
    """The Markdown beside a page has them too, and test_stock_codeblocks.py runs those."""
    count = 0
    for page in list_published_pages(project, tour.language):
        published = parse_markdown_blocks(site / get_twin_path(page), page.path)
        expected = [block.code.rstrip("\n") for block in published]
        copied = [text.rstrip("\n") for text in tour.visits[get_page_url(page)].copied]
        assert copied == expected, page.path
        count += len(copied)
    assert count >= len(project.snippets)


def test_the_policy_stops_a_foreign_script_and_an_inline_one(browser, address):
    with open_page(browser) as page:
        load_page(page, address)
        page.evaluate(INJECTION_SCRIPT)
        wait_until(page, "window.violations.length === 2")
        assert page.evaluate("window.injected") is None


@pytest.mark.parametrize("language", LANGUAGE_FOLDERS)
def test_without_javascript_every_page_shows_all_its_programs_and_outputs(
    browser, address, checked, language
):
    count = 0
    with open_page(browser, java_script_enabled=False) as page:
        for shown in list_published_pages(checked.project, language):
            page.goto(address + get_page_url(shown), wait_until="domcontentloaded")
            text = page.inner_text("article")
            assert page.is_visible("article h1"), shown.path
            for line in list_shown_lines(checked, shown):
                assert line.strip() in text, f"{shown.path}: {line}"
                count += 1
    assert count > 1000

"""One page of each kind, visited once in each language: its weight, axe, print, a reader mode."""

from __future__ import annotations

import gzip
import html
import json
from dataclasses import dataclass
from typing import Any

import pytest

from support.browser import (
    COPY_BUTTON,
    PAGE_KINDS,
    find_node_module,
    load_page,
    needs_browser,
    open_page,
    parse_rgb,
)
from support.site import (
    LANGUAGE_FOLDERS,
    get_page_url,
    list_published_pages,
    list_shown_lines,
)

pytestmark = needs_browser

WITH_FOLDED_PROGRAMS = "data/dataset/"
KINDS = [
    (language, kind)
    for language in LANGUAGE_FOLDERS
    for kind in (*PAGE_KINDS, WITH_FOLDED_PROGRAMS)
]
PRINTED = {WITH_FOLDED_PROGRAMS, "training/schedules/", "labs/digits/"}
READ = {WITH_FOLDED_PROGRAMS, "training/schedules/"}


@dataclass
class Visit:
    """A first visit to a page, which stays open: nothing was in the browser's cache."""

    page: Any
    url: str  # from the site's root
    byte_count: float  # that came over the network, but for the search index


@pytest.fixture(scope="module", params=KINDS, ids=lambda kind: "/".join(kind).rstrip("/"))
def visit(request, browser, address):
    """Visit a page for the first time: in Chinese with the light colours, in English the dark."""
    language, kind = request.param
    url = LANGUAGE_FOLDERS[language] + kind
    options = {
        "color_scheme": "light" if language == "zh" else "dark",
        "bypass_csp": True,  # for the scripts that the tests below put into the page
        "reduced_motion": "reduce",
    }
    with open_page(browser, **options) as page:
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        urls: dict[str, str] = {}
        sizes: dict[str, float] = {}
        session.on(
            "Network.responseReceived",
            lambda event: urls.update({event["requestId"]: event["response"]["url"]}),
        )
        session.on(
            "Network.loadingFinished",
            lambda event: sizes.update({event["requestId"]: event["encodedDataLength"]}),
        )
        with page.expect_event("requestfinished", lambda r: "search_index" in r.url):  # the last
            load_page(page, address + url)
        page.wait_for_timeout(100)
        page_sizes = (
            size for key, size in sizes.items() if "search_index" not in urls.get(key, "")
        )
        yield Visit(page, url, sum(page_sizes))


def only(kinds: set[str]) -> pytest.MarkDecorator:
    """Return the mark that has a test visit these kinds of page alone."""
    chosen = [kind for kind in KINDS if kind[1] in kinds]
    return pytest.mark.parametrize(
        "visit", chosen, indirect=True, ids=["/".join(kind).rstrip("/") for kind in chosen]
    )


def test_a_first_visit_is_light(visit, site):
    assert 10_000 < visit.byte_count <= 150_000
    assert len(gzip.compress((site / visit.url / "index.html").read_bytes())) <= 40_000


def test_axe_finds_no_violation(visit):
    script = find_node_module("axe-core/axe.min.js")
    visit.page.add_script_tag(path=str(script))
    report = visit.page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
    violations = [
        f"{violation['id']}: {node['target']} {html.unescape(node['html'])[:120]}"
        for violation in report["violations"]
        for node in violation["nodes"]
    ]
    assert violations == [], json.dumps(violations[:6], ensure_ascii=False, indent=1)


@only(READ)
def test_a_reader_mode_keeps_programs_and_outputs_and_drops_the_rest(visit, checked):
    """As Firefox does it: with Readability."""
    page = visit.page
    page.add_script_tag(path=str(find_node_module("@mozilla/readability/Readability.js")))
    article = page.evaluate("new Readability(document.cloneNode(true)).parse()")
    for line in list_lines_at(checked, visit.url):
        assert line.strip() in article["textContent"], line
    for name in (".md-nav--primary", ".md-footer", ".md-search"):
        words = page.evaluate(f"document.querySelector('{name}')?.textContent.trim()")
        assert not words or words not in article["textContent"]


@only(PRINTED)
def test_print_has_programs_outputs_and_figures_and_no_navigation(visit, checked):
    page = visit.page
    page.wait_for_selector(COPY_BUTTON, state="attached")
    page.emulate_media(media="print", color_scheme="dark")
    for name in (
        *(".md-header", ".md-sidebar--primary", ".md-sidebar--secondary", ".md-footer"),
        *(".md-top", ".headerlink", "button", "input", ".take-away", "nav"),
    ):
        shown = [element for element in page.query_selector_all(name) if element.is_visible()]
        assert shown == [], f"{name}: {shown[0].evaluate('e => e.outerHTML')[:200]}"
    text = page.inner_text("article")
    for line in list_lines_at(checked, visit.url):
        assert line.strip() in text, line
    figures = page.query_selector_all("article figure svg")
    assert all(figure.is_visible() for figure in figures)
    assert figures or WITH_FOLDED_PROGRAMS in visit.url
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert sum(parse_rgb(paper)) > 600, paper


def list_lines_at(checked, url: str) -> list[str]:
    """Return every line of program and output that the page at a URL shows."""
    (page,) = (
        page
        for language in LANGUAGE_FOLDERS
        for page in list_published_pages(checked.project, language)
        if get_page_url(page) == url
    )
    return list_shown_lines(checked, page)

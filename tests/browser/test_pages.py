"""The site as readers meet it: in a real Chromium, over HTTP, in both languages."""

from __future__ import annotations

import dataclasses
import gzip
import html
import json
from urllib.parse import urlsplit

import pytest

from asrun.execution.cache import CACHE_FOLDER, Cache, collect_results
from asrun.execution.result import Run
from asrun.execution.runner import Runner
from support.browser import (
    FOLDERS,
    INJECT,
    KINDS,
    ROOT,
    arrive,
    in_browser,
    needed,
    opened,
    search,
    until,
)

pytestmark = in_browser

COPY = ".language-python [data-md-type=copy], .language-python .md-clipboard"

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


def url_of(shown) -> str:
    """Return where a page or a lab is read, from the site's root."""
    path = shown.uri.rpartition(".")[0].removesuffix("index").rstrip("/")
    return FOLDERS[shown.language] + (f"{path}/" if path else "")


def pages_of(project, language: str) -> list:
    labs = [lab for lab in project.labs if lab.language == language]
    return [*project.get_pages(language), *labs]


@pytest.mark.parametrize("language", FOLDERS)
def test_no_page_asks_another_host_breaks_the_policy_shifts_or_scrolls_sideways(
    browser, address, project, language
):
    page = opened(browser, viewport={"width": 360, "height": 800})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    wrong = []
    for url in map(url_of, pages_of(project, language)):
        arrive(page, address + url)
        page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
        if page.evaluate("document.documentElement.scrollWidth") > 360:
            wrong.append(f"{url} is wider than 360 px")
        if (shift := page.evaluate("window.shift")) >= 0.02:
            wrong.append(f"{url} shifts by {shift}")
        wrong += [f"{url}: {broken}" for broken in page.evaluate("window.broken")]
        wrong += [f"{url}: {text}" for text in page.wrong]
        page.wrong.clear()
    assert wrong == []
    assert len(asked) > 40
    assert [url for url in asked if not url.startswith((address, "data:"))] == []


def test_the_policy_stops_a_foreign_script_and_an_inline_one(browser, address):
    page = opened(browser)
    arrive(page, address)
    page.evaluate(INJECT)
    until(page, "window.broken.length === 2")
    assert page.evaluate("window.ran") is None


@pytest.mark.parametrize("language", FOLDERS)
def test_what_the_copy_button_copies_runs_and_prints_what_the_page_shows(
    browser, address, checked, language
):
    project = checked.project
    page = opened(browser, permissions=["clipboard-read", "clipboard-write"])
    copied: dict[str, str] = {}
    for shown in project.get_pages(language):
        names = [name for name, pages in project.group_pages_by_snippet().items() if shown in pages]
        if not names:
            continue
        arrive(page, address + url_of(shown))
        page.wait_for_selector(COPY)
        texts = {
            project.snippets[name].localize(language).text.rstrip("\n"): name for name in names
        }
        for text in page.evaluate(COPY_ALL, COPY):
            assert text.rstrip("\n") in texts, f"{shown.path}: {text[:200]}"
            copied[texts[text.rstrip("\n")]] = text.rstrip("\n") + "\n"
    assert set(copied) == {
        name for name, pages in project.group_pages_by_snippet().items() if pages
    }
    programs = [
        dataclasses.replace(project.snippets[name], source=text) for name, text in copied.items()
    ]
    with Runner() as runner:
        results = collect_results(programs, Cache(ROOT / CACHE_FOLDER), runner)
    for name, result in results.items():
        known = checked.results[name]
        if isinstance(known, Run):
            assert isinstance(result, Run), f"{name}: {result}"
            assert result.output == known.output, name


# --- search -------------------------------------------------------------------------------------

PASTED = (
    "RuntimeError: Sizes of tensors must match except in dimension 0. "
    "Expected size 2 but got size 3 for tensor number 1 in the list."
)


@pytest.mark.parametrize(
    ("start", "words", "title"),
    [
        ("", "堆叠", "拼接与堆叠"),
        ("", "常用", "三种常用写法"),  # from the middle of a title
        ("", "原地", "连续与原地操作"),
        ("", "数字", "手写数字"),
        ("", "变换", "形状变换"),
        ("", "torch.permute", "形状变换"),
        ("", "Expected size 2 but got size 3", "报错与改法"),
        ("", PASTED, "报错与改法"),
        ("en/", "stack", "Joining tensors"),
        ("en/", "torch.permute", "Changing shape"),
        ("en/", "Sizes of tensors must match except in dimension", "Errors and fixes"),
        ("en/", PASTED, "Errors and fixes"),
    ],
)
def test_search_finds_the_page_among_its_first_three(browser, address, start, words, title):
    page = opened(browser)
    arrive(page, address + start)
    results = search(page, words)
    assert any(title in shown for shown, _ in results[:3]), results[:5]
    english = ["/en/" in urlsplit(href).path for _, href in results]
    assert all(english) if start else not any(english)


@pytest.mark.parametrize("language", FOLDERS)
def test_search_knows_every_page_of_its_language_and_no_other(site, project, language):
    folder = site / FOLDERS[language]
    index = json.loads((folder / "search/search_index.json").read_text(encoding="utf-8"))
    found = {entry["location"].partition("#")[0] for entry in index["docs"]}
    pages = {url_of(page).removeprefix(FOLDERS[language]) for page in pages_of(project, language)}
    assert found == pages


@pytest.mark.parametrize("words", ["x" * 2000, "<script>window.ran = 1</script>", "\"'`(["])
def test_odd_searches_break_nothing(browser, address, words):
    page = opened(browser)
    arrive(page, address)
    search(page, words)
    assert page.evaluate("window.ran") is None
    assert page.wrong == []


def test_a_search_for_nothing_finds_nothing_and_breaks_nothing(browser, address):
    page = opened(browser)
    arrive(page, address)
    assert search(page, "torch.cat")
    for nothing in ("", "   "):
        page.fill(".md-search__input", nothing)
        page.keyboard.press("End")
        until(page, "!document.querySelector('.md-search-result__item')")
        page.keyboard.press("Enter")
        assert page.url == address
    assert page.wrong == []


# --- without JavaScript, on paper, in a reader ---------------------------------------------------


def shown_by(checked, shown) -> list[str]:
    """Return every line of program and output that a page or a lab shows."""
    lines = []
    if hasattr(shown, "code"):
        for cell, run in zip(shown.code_cells, checked.labs[shown.path], strict=True):
            lines += [*cell.source.splitlines(), *run.output.splitlines()]
        return lines
    for name, pages in checked.project.group_pages_by_snippet().items():
        if shown in pages:
            snippet = checked.project.snippets[name]
            lines += snippet.localize(shown.language).text.splitlines()
            if isinstance(result := checked.results[name], Run):
                lines += result.output.splitlines()
    return lines


@pytest.mark.parametrize("language", FOLDERS)
def test_without_javascript_every_page_shows_all_its_programs_and_outputs(
    browser, address, checked, language
):
    page = opened(browser, java_script_enabled=False)
    count = 0
    for shown in pages_of(checked.project, language):
        page.goto(address + url_of(shown), wait_until="domcontentloaded")
        text = page.inner_text("article")
        assert page.is_visible("article h1"), shown.path
        for line in shown_by(checked, shown):
            assert line.strip() in text, f"{shown.path}: {line}"
            count += 1
    assert count > 1000


PRINTED = ("data/dataset/", "training/schedules/", "labs/digits/")


@pytest.mark.parametrize("url", [f + p for f in FOLDERS.values() for p in PRINTED])
def test_print_has_programs_outputs_and_figures_and_no_navigation(browser, address, checked, url):
    page = opened(browser, color_scheme="dark")
    arrive(page, address + url)
    page.wait_for_selector(COPY, state="attached")
    page.emulate_media(media="print")
    for name in (
        *(".md-header", ".md-sidebar--primary", ".md-sidebar--secondary", ".md-footer"),
        *(".md-top", ".headerlink", "button", "input", ".take-away", "nav"),
    ):
        seen = [e for e in page.query_selector_all(name) if e.is_visible()]
        assert seen == [], f"{name}: {seen[0].evaluate('e => e.outerHTML')[:200]}"
    text = page.inner_text("article")
    (shown,) = (
        each
        for language in FOLDERS
        for each in pages_of(checked.project, language)
        if url_of(each) == url
    )
    for line in shown_by(checked, shown):
        assert line.strip() in text, line
    figures = page.query_selector_all("article figure svg")
    assert all(figure.is_visible() for figure in figures)
    assert figures or "dataset" in url
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert sum(map(float, _rgb(paper))) > 600, paper


@pytest.mark.parametrize("url", [f + k for f in FOLDERS.values() for k in PRINTED[:2]])
def test_a_reader_mode_keeps_programs_and_outputs_and_drops_the_rest(
    browser, address, checked, url
):
    """As Firefox does it: with Readability."""
    script = needed("@mozilla/readability/Readability.js")
    page = opened(browser, bypass_csp=True)
    arrive(page, address + url)
    page.add_script_tag(path=str(script))
    kept = page.evaluate("new Readability(document.cloneNode(true)).parse()")
    (shown,) = (
        each
        for language in FOLDERS
        for each in checked.project.get_pages(language)
        if url_of(each) == url
    )
    for line in shown_by(checked, shown):
        assert line.strip() in kept["textContent"], line
    for name in (".md-nav--primary", ".md-footer", ".md-search"):
        words = page.evaluate(f"document.querySelector('{name}')?.textContent.trim()")
        assert not words or words not in kept["textContent"]


# --- budgets --------------------------------------------------------------------------------------


@pytest.mark.parametrize("url", [f + k for f in FOLDERS.values() for k in KINDS])
def test_a_first_visit_is_light(browser, address, site, url):
    page = opened(browser)
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    kinds: dict[str, str] = {}
    sizes: dict[str, float] = {}
    session.on(
        "Network.responseReceived", lambda e: kinds.update({e["requestId"]: e["response"]["url"]})
    )
    session.on(
        "Network.loadingFinished", lambda e: sizes.update({e["requestId"]: e["encodedDataLength"]})
    )
    with page.expect_event("requestfinished", lambda r: "search_index" in r.url):  # the last
        arrive(page, address + url)
    page.wait_for_timeout(100)
    total = sum(
        size for number, size in sizes.items() if "search_index" not in kinds.get(number, "")
    )
    assert 10_000 < total <= 150_000
    assert len(gzip.compress((site / url / "index.html").read_bytes())) <= 40_000


@pytest.mark.parametrize("language", FOLDERS)
def test_the_search_index_is_light(site, project, language, tell):
    data = gzip.compress((site / FOLDERS[language] / "search/search_index.json").read_bytes())
    pages = len(pages_of(project, language))
    tell(
        f"search index, {language}: {len(data) / 1000:.0f} kB compressed (limit 400), "
        f"{len(data) / pages / 1000:.1f} kB a page on {pages} pages"
    )
    assert len(data) <= 400_000


@pytest.mark.parametrize(
    ("url", "scheme"),
    [(kind, "light") for kind in KINDS] + [(f"en/{kind}", "dark") for kind in KINDS],
)
def test_axe_finds_no_violation(browser, address, url, scheme):
    script = needed("axe-core/axe.min.js")
    page = opened(browser, color_scheme=scheme, bypass_csp=True, reduced_motion="reduce")
    arrive(page, address + url)
    page.add_script_tag(path=str(script))
    report = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
    told = [
        f"{violation['id']}: {node['target']} {html.unescape(node['html'])[:120]}"
        for violation in report["violations"]
        for node in violation["nodes"]
    ]
    assert told == [], json.dumps(told[:6], ensure_ascii=False, indent=1)


# --- with the keyboard alone ----------------------------------------------------------------------


def tab_to(page, selector: str) -> None:
    """Press Tab until an element has the focus, and see that one sees it."""
    for _ in range(150):
        page.keyboard.press("Tab")
        if page.evaluate("name => document.activeElement.matches(name)", selector):
            return
    pytest.fail(f"Tab does not reach {selector}")


def test_the_first_tab_skips_to_the_page(browser, address):
    page = opened(browser)
    arrive(page, f"{address}tensors/shape/")
    page.wait_for_selector(COPY, state="attached")
    page.keyboard.press("Tab")
    assert "md-skip" in page.evaluate("document.activeElement.className")
    page.keyboard.press("Enter")
    tab_to(page, ".md-content *")


def test_the_keyboard_opens_a_folded_region_and_copies_the_program(browser, address):
    page = opened(browser, permissions=["clipboard-read", "clipboard-write"])
    arrive(page, f"{address}data/dataset/")
    page.wait_for_selector(COPY, state="attached")
    page.focus("article h1 a")  # where the skip link leads
    hidden = page.query_selector("code .folded")
    assert not hidden.is_visible()
    tab_to(page, "button.region")
    page.keyboard.press("Enter")
    assert hidden.is_visible()
    page.keyboard.press("Space")
    assert not hidden.is_visible()
    tab_to(page, COPY)
    page.evaluate("navigator.clipboard.writeText('')")
    page.keyboard.press("Enter")
    until(page, "navigator.clipboard.readText().then((text) => text.includes('import'))")


def test_the_keyboard_changes_the_language(browser, address):
    page = opened(browser)
    arrive(page, f"{address}tensors/shape/")
    tab_to(page, ".md-select > button")
    tab_to(page, "a.md-select__link[hreflang=en]")
    assert page.locator("a.md-select__link[hreflang=en]").is_visible()
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}en/tensors/shape/")


def test_the_keyboard_changes_between_light_and_dark(browser, address):
    page = opened(browser, color_scheme="light")
    arrive(page, f"{address}tensors/shape/")
    page.wait_for_selector(COPY, state="attached")
    tab_to(page, "input[name=__palette]")
    schemes = set()
    for _ in range(3):
        schemes.add(page.get_attribute("body", "data-md-color-scheme"))
        page.keyboard.press("ArrowDown")
    assert schemes == {"default", "slate"}


@pytest.mark.parametrize("folder", FOLDERS.values())
def test_the_keyboard_searches_chooses_and_goes_there(browser, address, folder):
    page = opened(browser)
    arrive(page, address + folder)
    page.wait_for_load_state("networkidle")
    page.keyboard.press("/")
    until(page, "document.activeElement.matches('.md-search__input')")
    page.keyboard.type("torch.permute")
    page.wait_for_selector(".md-search-result__item > a")
    page.wait_for_timeout(300)  # results are drawn one by one
    wanted = page.locator(".md-search-result__item > a").nth(1).get_attribute("href")
    for _ in range(20):
        page.keyboard.press("ArrowDown")
        if page.evaluate("document.activeElement.href") == wanted:
            break
    page.keyboard.press("Enter")
    page.wait_for_url(wanted)
    assert folder in page.url


# --- what else moves ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "words"), [("reference/snippets/", "permute"), ("en/reference/api/", "cat")]
)
def test_a_list_filters_as_one_types(browser, address, url, words):
    page = opened(browser)
    arrive(page, address + url)
    before = page.locator(".filter tbody tr:visible").count()
    page.fill(".filter input", words)
    rows = page.locator(".filter tbody tr:visible").all_inner_texts()
    assert 0 < len(rows) < before
    assert all(words in row.lower() for row in rows)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_figures_can_be_read_in_either_scheme(browser, address, scheme):
    """Ink is the text's own colour; it must stand out from what is behind it."""
    page = opened(browser, color_scheme=scheme)
    arrive(page, f"{address}tensors/activations/")
    page.wait_for_selector(COPY, state="attached")
    ink, paper = page.evaluate(
        """() => {
          const text = document.querySelector("figure.plot svg text");
          return [getComputedStyle(text).fill, getComputedStyle(document.body).backgroundColor];
        }"""
    )
    dark_ink, dark_paper = (sum(map(float, _rgb(color))) < 384 for color in (ink, paper))
    assert dark_ink != dark_paper, (ink, paper)


def _rgb(color: str) -> list[str]:
    return color[color.index("(") + 1 : color.index(")")].split(",")[:3]

"""The site as readers meet it: in a real Chromium, over HTTP, in both languages.

Where there is no Chromium these tests are skipped, and pytest's summary says so; with
ASRUN_BROWSER=1, as in continuous integration, they fail instead.
"""

from __future__ import annotations

import dataclasses
import functools
import gzip
import html
import json
import os
import shutil
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from asrun.judge import Run
from asrun.record import CACHE, Cache, run_missing
from asrun.runner import Runner
from asrun.view import view

ROOT = Path(__file__).parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
AXE = ROOT / "build/node/node_modules/axe-core/axe.min.js"
NEEDED = os.environ.get("ASRUN_BROWSER") == "1"
LANGUAGES = {"zh": "", "en": "en/"}

pytestmark = pytest.mark.skipif(
    not CHROMIUM and not NEEDED, reason="NO BROWSER TEST RAN: there is no Chromium here"
)

# One page of each kind.
KINDS = [
    "",
    "tensors/joining/",
    "data/transforms/",
    "training/schedules/",
    "labs/digits/",
    "source/blocks/",
    "source/errata/",
    "reference/api/",
    "reference/snippets/",
    "reference/glossary/",
]

# Watches layout shifts and broken rules of the policy, from the first moment on.
WATCH = """
window.shift = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value;
}).observe({ type: "layout-shift", buffered: true });
window.broken = [];
document.addEventListener("securitypolicyviolation", (event) => {
  window.broken.push(`${event.effectiveDirective} ${event.blockedURI} ${event.sample}`);
});
"""


# Clicks each copy button of a page, and reads the clipboard after each.
COPY_ALL = """async () => {
  const texts = [];
  const buttons = ".language-python [data-md-type=copy], .language-python .md-clipboard";
  for (const button of document.querySelectorAll(buttons)) {
    await navigator.clipboard.writeText("");
    button.click();
    let text = "";
    while (text === "") text = await navigator.clipboard.readText();
    texts.push(text);
  }
  return texts;
}"""


class Compressing(SimpleHTTPRequestHandler):
    """Serves a folder as a web host does: text compressed."""

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        if path.is_dir():
            path /= "index.html"
        if not path.is_file():
            path = Path(self.directory) / "404.html"
        data = gzip.compress(path.read_bytes())
        self.send_response(404 if path.name == "404.html" else 200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


@pytest.fixture(scope="module")
def address(site) -> Iterator[str]:
    handler = functools.partial(Compressing, directory=str(site))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield started
        started.close()


def opened(browser, **options):
    """Return a page of a fresh context that keeps what goes wrong in ``page.wrong``."""
    options = {"viewport": {"width": 1280, "height": 900}, **options}
    page = browser.new_context(**options).new_page()
    page.wrong = []
    page.on("pageerror", lambda error: page.wrong.append(str(error)))
    page.on("console", lambda m: m.type == "error" and page.wrong.append(m.text))
    page.add_init_script(WATCH)
    return page


def urls_of(project, language: str) -> list[str]:
    uris = [page.uri for page in project.pages_in(language)]
    uris += [lab.uri for lab in project.labs if lab.language == language]
    return [
        LANGUAGES[language] + uri.rpartition(".")[0].removesuffix("index").rstrip("/") + "/"
        for uri in sorted(uris)
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_asks_another_host_breaks_the_policy_shifts_or_scrolls_sideways(
    browser, address, project, language
):
    page = opened(browser, viewport={"width": 360, "height": 800})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    wrong = []
    for url in urls_of(project, language):
        page.goto(address + url.lstrip("/"))
        page.wait_for_timeout(50)
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
    page.goto(address)
    page.evaluate(
        """for (const [name, value] of [["src", "//x.org/x.js"], ["text", "window.ran = 1"]]) {
          const script = document.createElement("script");
          script[name] = value;
          document.head.append(script);
        }"""
    )
    page.wait_for_timeout(200)
    assert page.evaluate("window.ran") is None
    assert len(page.evaluate("window.broken")) == 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_copy_button_copies_runs_and_prints_what_the_page_shows(
    browser, address, checked, language
):
    project = checked.project
    page = opened(browser, permissions=["clipboard-read", "clipboard-write"])
    copied: dict[str, str] = {}
    for shown in project.pages_in(language):
        names = [name for name, pages in project.used().items() if shown in pages]
        if not names:
            continue
        url = shown.uri.removesuffix(".md").removesuffix("index")
        page.goto(address + LANGUAGES[language] + url)
        page.wait_for_selector(
            ".language-python [data-md-type=copy], .language-python .md-clipboard"
        )
        texts = {view(project.snippets[name], language).text.rstrip("\n"): name for name in names}
        for text in page.evaluate(COPY_ALL):
            assert text.rstrip("\n") in texts, f"{shown.path}: {text[:200]}"
            copied[texts[text.rstrip("\n")]] = text.rstrip("\n") + "\n"
    assert set(copied) == {name for name, pages in project.used().items() if pages}
    programs = [
        dataclasses.replace(project.snippets[name], source=text) for name, text in copied.items()
    ]
    with Runner() as runner:
        results = run_missing(programs, Cache(ROOT / CACHE), runner)
    for name, result in results.items():
        known = checked.results[name]
        if isinstance(known, Run):
            assert isinstance(result, Run), f"{name}: {result}"
            assert result.output == known.output, name


def found(page, words: str) -> list[tuple[str, str]]:
    """Type words into the search; return title and address of what it finds."""
    page.click(".md-search__input")
    idle = page.inner_text(".md-search-result__meta")
    page.keyboard.insert_text(words)
    for _ in range(50):  # until the index is there and has been asked
        page.keyboard.press("End")  # as the end of composing does; inserting text sends no key
        page.wait_for_timeout(200)
        if page.inner_text(".md-search-result__meta") != idle:
            break
    page.wait_for_timeout(500)
    return [
        (item.inner_text().replace("\u200b", "").partition("\n")[0], item.get_attribute("href"))
        for item in page.query_selector_all(".md-search-result__item > a")
    ]


@pytest.mark.parametrize(
    ("start", "words", "title"),
    [
        ("", "堆叠", "拼接与堆叠"),
        ("", "数字", "手写数字"),
        ("", "变换", "形状变换"),
        ("", "torch.permute", "形状变换"),
        ("", "Expected size 2 but got size 3", "报错与改法"),
        ("en/", "stack", "Joining tensors"),
        ("en/", "torch.permute", "Changing shape"),
        ("en/", "Sizes of tensors must match except in dimension", "Errors and fixes"),
    ],
)
def test_search_finds_the_page_among_its_first_three(browser, address, start, words, title):
    page = opened(browser)
    page.goto(address + start)
    results = found(page, words)
    assert any(title in shown for shown, _ in results[:3]), results[:5]
    english = ["/en/" in urlsplit(href).path for _, href in results]
    assert all(english) if start else not any(english)


@pytest.mark.parametrize("words", ["x" * 2000, "<script>window.ran = 1</script>", "\"'`(["])
def test_odd_searches_break_nothing(browser, address, words):
    page = opened(browser)
    page.goto(address)
    found(page, words)
    assert page.evaluate("window.ran") is None
    assert page.wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_javascript_every_page_is_readable(browser, address, checked, language):
    page = opened(browser, java_script_enabled=False)
    for name, pages in list(checked.project.used().items())[::8]:
        result = checked.results[name]
        shown = next(p for p in pages if p.language == language)
        if not isinstance(result, Run):
            continue
        page.goto(
            address + LANGUAGES[language] + shown.uri.removesuffix(".md").removesuffix("index")
        )
        text = page.inner_text("article")
        for line in (*view(checked.project.snippets[name], language).text.splitlines(),):
            assert line.strip() in text, f"{shown.path}: {line}"
        assert result.output.strip().splitlines()[-1].strip() in text


@pytest.mark.parametrize("url", [f + k for f in LANGUAGES.values() for k in KINDS])
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
    page.goto(address + url)
    page.wait_for_timeout(300)
    total = sum(
        size for number, size in sizes.items() if "search_index" not in kinds.get(number, "")
    )
    assert 10_000 < total <= 150_000
    assert len(gzip.compress((site / url / "index.html").read_bytes())) <= 40_000


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_search_index_is_light(site, project, language, record_property):
    data = gzip.compress((site / LANGUAGES[language] / "search/search_index.json").read_bytes())
    pages = len(project.pages_in(language))
    record_property("bytes a page", len(data) // pages)
    assert len(data) <= 400_000


@pytest.mark.parametrize(
    ("url", "scheme"),
    [(kind, "light") for kind in KINDS] + [(f"en/{kind}", "dark") for kind in KINDS],
)
def test_axe_finds_no_violation(browser, address, url, scheme):
    if not AXE.is_file():
        if NEEDED:
            pytest.fail("no axe-core: run `make browser`")
        pytest.skip("NO ACCESSIBILITY TEST RAN: `make browser` installs axe-core")
    page = opened(browser, color_scheme=scheme, bypass_csp=True, reduced_motion="reduce")
    page.goto(address + url)
    page.add_script_tag(path=str(AXE))
    report = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
    told = [
        f"{violation['id']}: {node['target']} {html.unescape(node['html'])[:120]}"
        for violation in report["violations"]
        for node in violation["nodes"]
    ]
    assert told == [], json.dumps(told[:6], ensure_ascii=False, indent=1)


def test_the_keyboard_reaches_search_and_the_other_language(browser, address):
    page = opened(browser)
    page.goto(f"{address}tensors/shape/")
    page.wait_for_timeout(300)
    page.keyboard.press("Tab")
    assert "md-skip" in page.evaluate("document.activeElement.className")
    page.keyboard.press("/")
    page.wait_for_timeout(300)
    assert "md-search__input" in page.evaluate("document.activeElement.className")
    link = page.query_selector("a.md-select__link[hreflang=en]")
    page.goto(link.evaluate("link => link.href"))
    assert page.url == f"{address}en/tensors/shape/"


@pytest.mark.parametrize(
    ("url", "words"), [("reference/snippets/", "permute"), ("en/reference/api/", "cat")]
)
def test_a_list_filters_as_one_types(browser, address, url, words):
    page = opened(browser)
    page.goto(address + url)
    before = page.locator(".filter tbody tr:visible").count()
    page.fill(".filter input", words)
    rows = page.locator(".filter tbody tr:visible").all_inner_texts()
    assert 0 < len(rows) < before
    assert all(words in row.lower() for row in rows)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_figures_can_be_read_in_either_scheme(browser, address, scheme):
    """Ink is the text's own colour; it must stand out from what is behind it."""
    page = opened(browser, color_scheme=scheme)
    page.goto(f"{address}tensors/activations/")
    page.wait_for_timeout(300)
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

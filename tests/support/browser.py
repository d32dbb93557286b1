"""What the tests in a real Chromium share: the browser, a server, and how to use a page.

Where there is no Chromium these tests are skipped, and pytest's summary says so in red. With
ASRUN_BROWSER=1, as in continuous integration, they fail instead.
"""

from __future__ import annotations

import contextlib
import functools
import gzip
import os
import shutil
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from support.project import ROOT

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
NODE_MODULES = ROOT / "build/node/node_modules"
BROWSER_IS_REQUIRED = os.environ.get("ASRUN_BROWSER") == "1"

needs_browser = pytest.mark.skipif(
    not CHROMIUM and not BROWSER_IS_REQUIRED,
    reason="NO BROWSER TEST RAN: there is no Chromium here",
)

# One page of each kind, from the root of its language.
PAGE_KINDS = (
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
)

COPY_BUTTON = ".language-python [data-md-type=copy], .language-python .md-clipboard"
CLIPBOARD = ("clipboard-read", "clipboard-write")

# Records layout shifts and violations of the security policy from a page's first moment on.
_OBSERVER_SCRIPT = """
window.shift = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value;
}).observe({ type: "layout-shift", buffered: true });
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => {
  window.violations.push(`${event.effectiveDirective} ${event.blockedURI} ${event.sample}`);
});
"""

# Puts a script of another host and an inline one into a page. A policy that holds stops both.
INJECTION_SCRIPT = """
for (const [name, value] of [["src", "https://x.org/x.js"], ["text", "window.injected = 1"]]) {
  const script = document.createElement("script");
  script[name] = value;
  document.head.append(script);
}
"""


@functools.cache
def _read_compressed(file: Path) -> bytes:
    """Return a file's bytes, compressed; each file once: pages share most of what they load."""
    return gzip.compress(file.read_bytes())


class _CompressingHandler(SimpleHTTPRequestHandler):
    """Serves a folder as a web host does: compressed, and to be kept by browsers for a while."""

    def __init__(self, *arguments: object, replacements: dict[str, bytes], **options: object):
        self.replacements = replacements
        super().__init__(*arguments, **options)

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        if path.is_dir():
            path /= "index.html"
        if not path.is_file():
            path = Path(self.directory) / "404.html"
        data = self.replacements.get(path.name) or _read_compressed(path)
        self.send_response(404 if path.name == "404.html" else 200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Cache-Control", "max-age=600")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        with contextlib.suppress(ConnectionError):  # the browser left the page meanwhile
            self.wfile.write(data)


@contextmanager
def serve_folder(folder: Path, replacements: Mapping[str, str] | None = None) -> Iterator[str]:
    """Serve a folder until the block ends; give its address.

    ``replacements`` are texts to serve in the place of files, by their names without the folder.
    """
    compressed = {name: gzip.compress(text.encode()) for name, text in (replacements or {}).items()}
    handler = functools.partial(_CompressingHandler, directory=str(folder), replacements=compressed)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@contextmanager
def start_chromium():
    """Start the system's Chromium; Playwright downloads none."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield browser
        browser.close()


@contextmanager
def open_page(browser, **options):
    """Open a page in a context of its own, which is closed when the block ends.

    A context that stays open goes on running the workers of its pages. Errors of scripts and what
    the console calls an error are collected in ``page.errors``.
    """
    options = {"viewport": {"width": 1280, "height": 900}, **options}
    context = browser.new_context(**options)
    try:
        page = context.new_page()
        page.errors = []
        page.on("pageerror", lambda error: page.errors.append(str(error)))
        page.on("console", lambda m: m.type == "error" and page.errors.append(m.text))
        page.add_init_script(_OBSERVER_SCRIPT)
        yield page
    finally:
        context.close()


def load_page(page, url: str) -> None:
    """Go to an address and wait until the theme's script has begun."""
    page.goto(url)
    wait_until(page, "document.documentElement.classList.contains('js')")


def wait_until(page, condition: str) -> None:
    """Wait for a condition in JavaScript. Playwright's own way needs `eval`: the policy forbids it.

    Raises AssertionError after 30 seconds.
    """
    for _ in range(600):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"not so after 30 s: {condition}")


def find_node_module(path: str) -> Path:
    """Return a file that `make browser` installs; without it the test is skipped, or fails."""
    file = NODE_MODULES / path
    if not file.exists():
        reason = f"NO BROWSER TEST RAN with {path.partition('/')[0]}: `make browser` installs it"
        (pytest.fail if BROWSER_IS_REQUIRED else pytest.skip)(reason)
    return file


# What stands above the results, in both languages, when there is an index and nothing was asked.
_SEARCH_IS_IDLE = (
    "['键入以开始搜索', 'Type to start searching']"
    ".includes(document.querySelector('.md-search-result__meta').innerText)"
)


def search_site(page, words: str) -> list[tuple[str, str]]:
    """Type words into an empty search field; return title and address of what is found."""
    clear_search(page)
    page.keyboard.insert_text(words)
    page.keyboard.press("End")  # as the end of composing does: inserting text sends no key
    wait_until(page, f"!({_SEARCH_IS_IDLE})")
    page.wait_for_timeout(100)  # for the list below the number of results
    return [
        (item.inner_text().replace("\u200b", "").partition("\n")[0], item.get_attribute("href"))
        for item in page.query_selector_all(".md-search-result__item > a")
    ]


def clear_search(page) -> None:
    """Empty the search field, and wait until the index is there and no earlier search is shown."""
    page.click(".md-search__input")
    page.fill(".md-search__input", "")
    page.keyboard.press("End")
    wait_until(page, _SEARCH_IS_IDLE)
    wait_until(page, "!document.querySelector('.md-search-result__item')")


def parse_rgb(color: str) -> list[float]:
    """Return red, green and blue of what `getComputedStyle` says, 0 to 255 each."""
    return [float(part) for part in color[color.index("(") + 1 : color.index(")")].split(",")[:3]]

"""What the tests in a real Chromium share: the browser, a server, the pages, and how to use them.

Where there is no Chromium they are skipped, and pytest's summary says so; with ASRUN_BROWSER=1, as
in continuous integration, they fail instead.
"""

from __future__ import annotations

import functools
import gzip
import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from support.project import ROOT

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
NODE_MODULES = ROOT / "build/node/node_modules"
NEEDED = os.environ.get("ASRUN_BROWSER") == "1"
FOLDERS = {"zh": "", "en": "en/"}  # of each language, from the site's root

in_browser = pytest.mark.skipif(
    not CHROMIUM and not NEEDED, reason="NO BROWSER TEST RAN: there is no Chromium here"
)

# One page of each kind.
KINDS = (
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

# Watches layout shifts and broken rules of the policy, from the first moment on.
_WATCH = """
window.shift = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value;
}).observe({ type: "layout-shift", buffered: true });
window.broken = [];
document.addEventListener("securitypolicyviolation", (event) => {
  window.broken.push(`${event.effectiveDirective} ${event.blockedURI} ${event.sample}`);
});
"""

# Puts a script of another host and an inline one into a page. A policy that holds stops both.
INJECT = """
for (const [name, value] of [["src", "https://x.org/x.js"], ["text", "window.ran = 1"]]) {
  const script = document.createElement("script");
  script[name] = value;
  document.head.append(script);
}
"""


class _Compressing(SimpleHTTPRequestHandler):
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


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder until the block ends; give its address."""
    handler = functools.partial(_Compressing, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@contextmanager
def started():
    """Start the system's Chromium; Playwright downloads none."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield browser
        browser.close()


def opened(browser, **options):
    """Return a page of a fresh context that keeps what goes wrong in ``page.wrong``."""
    options = {"viewport": {"width": 1280, "height": 900}, **options}
    page = browser.new_context(**options).new_page()
    page.wrong = []
    page.on("pageerror", lambda error: page.wrong.append(str(error)))
    page.on("console", lambda m: m.type == "error" and page.wrong.append(m.text))
    page.add_init_script(_WATCH)
    return page


def arrive(page, url: str) -> None:
    """Open a page and wait until the theme's script has begun."""
    page.goto(url)
    until(page, "document.documentElement.classList.contains('js')")


def until(page, condition: str) -> None:
    """Wait for a condition in JavaScript. Playwright's own way needs `eval`: the policy forbids it.

    Raises AssertionError after 30 seconds.
    """
    for _ in range(600):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"not so after 30 s: {condition}")


def needed(path: str) -> Path:
    """Return a file that `make browser` installs; without it the test is skipped, or fails."""
    file = NODE_MODULES / path
    if not file.exists():
        told = f"NO BROWSER TEST RAN with {path.partition('/')[0]}: `make browser` installs it"
        (pytest.fail if NEEDED else pytest.skip)(told)
    return file


def search(page, words: str) -> list[tuple[str, str]]:
    """Type words into the search; return title and address of what it finds."""
    page.click(".md-search__input")
    meta = page.locator(".md-search-result__meta")
    idle = meta.inner_text()
    page.keyboard.insert_text(words)
    for _ in range(200):  # until the index is there and has been asked
        page.keyboard.press("End")  # as the end of composing does; inserting text sends no key
        page.wait_for_timeout(50)
        if meta.inner_text() != idle:
            break
    page.wait_for_timeout(100)
    return [
        (item.inner_text().replace("\u200b", "").partition("\n")[0], item.get_attribute("href"))
        for item in page.query_selector_all(".md-search-result__item > a")
    ]

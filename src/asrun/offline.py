"""The offline copy: the finished site as one archive that works from a folder, without a server.

For addresses of files browsers have rules of their own: a link to a folder shows a list, scripts
fetch nothing, and no worker starts. So links name the page in the folder, each search index comes
as a script (the theme looks for it there), and `offline.js` runs the worker's script in a frame.
"""

from __future__ import annotations

import json
import posixpath
import re
import zipfile
from pathlib import Path
from urllib.parse import urlsplit

from asrun.guard import guarded_on_disk

NAME = "pytorch-that-runs.zip"  # at the root of the site
_ROOT = NAME.removesuffix(".zip")  # the folder that unpacking makes
_SHIM = "assets/offline.js"
_INDEX = "search/search_index"
_EARLIEST = (1980, 1, 1, 0, 0, 0)  # the archive is the same whenever it is made

_HREF = re.compile(r'(?<=\shref=")(?![a-z]+:|[/#])[^"]+(?=")')
_BUNDLE = re.compile(r'<script src="(?P<up>(\.\./)*)assets/javascripts/bundle')
_ITSELF = re.compile(rf'· <a class="whole" href="[^"]*{re.escape(NAME)}"[^>]*>.*?</a>')


def pack(site: Path) -> None:
    """Write the archive of a finished site into it. The same site gives the same bytes."""
    archive = site / NAME
    archive.unlink(missing_ok=True)
    files = sorted(file.relative_to(site).as_posix() for file in site.rglob("*") if file.is_file())
    pages = {posixpath.dirname(path) for path in files if path.endswith("index.html")}
    with zipfile.ZipFile(archive, "w") as packed:
        for path in filter(_is_used, files):
            name, data = path, (site / path).read_bytes()
            if path.endswith(".html"):
                data = page(data.decode(), path, pages).encode()
            elif path.endswith(f"{_INDEX}.json"):
                name, data = path.removesuffix("on"), index(data.decode()).encode()
            entry = zipfile.ZipInfo(f"{_ROOT}/{name}", _EARLIEST)
            entry.external_attr = 0o644 << 16
            packed.writestr(entry, data, zipfile.ZIP_DEFLATED)


def page(html: str, path: str, pages: set[str]) -> str:
    """Return a page as it is read from disk.

    ``path`` is its own from the site's root, ``pages`` the folders that hold a page.
    """

    def named(match: re.Match[str]) -> str:
        parts = urlsplit(match[0])
        target = posixpath.normpath(posixpath.join(posixpath.dirname(path), parts.path))
        if not parts.path or target.removeprefix(".") not in pages:
            return match[0]
        return parts._replace(path=f"{parts.path.rstrip('/')}/index.html").geturl()

    html = _HREF.sub(named, _ITSELF.sub("", html))
    html = _BUNDLE.sub(lambda m: f'<script src="{m["up"]}{_SHIM}"></script>\n{m[0]}', html)
    return guarded_on_disk(html)


def index(text: str) -> str:
    """Return a search index as the script that the theme asks for where it cannot fetch."""
    found = json.loads(text)
    for entry in found["docs"]:
        path, mark, fragment = entry["location"].partition("#")
        entry["location"] = f"{path}index.html{mark}{fragment}"
    return f"var __index = {json.dumps(found, ensure_ascii=False, separators=(',', ':'))}\n"


def _is_used(path: str) -> bool:
    """Tell what needs a server, or is for tools alone, from the rest."""
    name = posixpath.basename(path)
    return name not in ("404.html", "sitemap.xml", "sitemap.xml.gz") and not name.endswith(".map")

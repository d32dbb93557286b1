"""The offline copy: the finished site as one archive that works from a folder, without a server.

A browser treats pages that it opens from disk differently: a link to a folder lists the folder,
scripts cannot fetch files, and no worker starts. So here links name the page in the folder, each
search index is a script, which the theme then looks for, and `offline.js` runs the search worker's
script in a frame.
"""

from __future__ import annotations

import json
import posixpath
import re
import zipfile
from pathlib import Path
from urllib.parse import urlsplit

from asrun.publish.security_policy import relax_policy_for_disk

ARCHIVE_NAME = "pytorch-that-runs.zip"  # at the root of the site
_ARCHIVE_FOLDER = ARCHIVE_NAME.removesuffix(".zip")  # the folder that unpacking makes
_OFFLINE_SCRIPT = "assets/offline.js"
_SEARCH_INDEX = "search/search_index"
_ARCHIVE_TIMESTAMP = (1980, 1, 1, 0, 0, 0)  # of each file: the same site gives the same archive
_RELATIVE_HREF = re.compile(r'(?<=\shref=")(?![a-z]+:|[/#])[^"]+(?=")')
_BUNDLE_SCRIPT = re.compile(r'<script src="(?P<up>(\.\./)*)assets/javascripts/bundle')
_ARCHIVE_LINK = re.compile(
    rf'· <a class="whole" href="[^"]*{re.escape(ARCHIVE_NAME)}"[^>]*>.*?</a>'
)


def write_archive(site: Path) -> None:
    """Write the archive of a finished site into the site; the same site gives the same bytes."""
    archive_file = site / ARCHIVE_NAME
    archive_file.unlink(missing_ok=True)
    files = sorted(file.relative_to(site).as_posix() for file in site.rglob("*") if file.is_file())
    page_folders = {posixpath.dirname(path) for path in files if path.endswith("index.html")}
    with zipfile.ZipFile(archive_file, "w") as archive:
        for path in filter(_is_used_offline, files):
            name, data = path, (site / path).read_bytes()
            if path.endswith(".html"):
                data = convert_page_for_disk(data.decode(), path, page_folders).encode()
            elif path.endswith(f"{_SEARCH_INDEX}.json"):
                name, data = path.removesuffix("on"), wrap_search_index(data.decode()).encode()
            entry = zipfile.ZipInfo(f"{_ARCHIVE_FOLDER}/{name}", _ARCHIVE_TIMESTAMP)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data, zipfile.ZIP_DEFLATED)


def convert_page_for_disk(html: str, path: str, page_folders: set[str]) -> str:
    """Return a page as it is read from disk: without the link to the archive, for one.

    ``path`` leads to the page from the root of the site, ``page_folders`` are the folders that hold
    an ``index.html``, also from there; the root itself is ``""``.
    """

    def name_index_file(match: re.Match[str]) -> str:
        url = urlsplit(match[0])
        target = posixpath.normpath(posixpath.join(posixpath.dirname(path), url.path))
        if not url.path or target.removeprefix(".") not in page_folders:
            return match[0]
        return url._replace(path=f"{url.path.rstrip('/')}/index.html").geturl()

    html = _RELATIVE_HREF.sub(name_index_file, _ARCHIVE_LINK.sub("", html))
    html = _BUNDLE_SCRIPT.sub(
        lambda bundle_match: (
            f'<script src="{bundle_match["up"]}{_OFFLINE_SCRIPT}"></script>\n{bundle_match[0]}'
        ),
        html,
    )
    return relax_policy_for_disk(html)


def wrap_search_index(text: str) -> str:
    """Return the JSON of a search index as the script that the theme loads where it cannot fetch.

    The places that it leads to name the file, too.
    """
    search_index = json.loads(text)
    for entry in search_index["docs"]:
        path, separator, fragment = entry["location"].partition("#")
        entry["location"] = f"{path}index.html{separator}{fragment}"
    return f"var __index = {json.dumps(search_index, ensure_ascii=False, separators=(',', ':'))}\n"


def _is_used_offline(path: str) -> bool:
    """Return whether a file is in the archive: not if only a server or a tool has a use for it."""
    name = posixpath.basename(path)
    return name not in ("404.html", "sitemap.xml", "sitemap.xml.gz") and not name.endswith(".map")

"""The twin: a page's expansion, published as Markdown beside its HTML."""

from __future__ import annotations

import posixpath
import re
from pathlib import PurePosixPath

from asrun.base.languages import get_other_language, get_path_to_site_root, get_url_root
from asrun.pages.page import ExpandedPage, Page


def make_markdown_path(uri: str) -> str:
    """Return where a page's twin is published, from its language's root.

    ``tensors/joining.md`` is read at ``tensors/joining/``, so its twin is
    ``tensors/joining/index.md``.
    """
    path = PurePosixPath(uri)
    return str(path.with_suffix("") / "index.md" if path.stem != "index" else path)


def get_notebook_path(uri: str) -> str:
    """Return where a page is published as a notebook, from its language's root."""
    path = PurePosixPath(uri)
    return str(PurePosixPath(make_markdown_path(uri)).with_name(f"{path.stem}.ipynb"))


def make_relative_link(uri: str, page: Page) -> str:
    path, separator, fragment = uri.partition("#")
    return posixpath.relpath(path, posixpath.dirname(page.uri) or ".") + separator + fragment


_RELATIVE_LINK = re.compile(r"(\]\()(?![a-z]+:)([^)\s#]+)((?:#[^)\s]*)?[^)]*\))")
_FENCE_MARKER = re.compile(r"\s*(`{3,}|~{3,})")


def make_markdown_site_path(language: str, uri: str) -> str:
    """Return where a page's twin is published, from the site's root: zh is at it, en below."""
    return get_url_root(language) + make_markdown_path(uri)


def make_counterpart_link(page: Page) -> str:
    """Return the link from a page's source to its counterpart's that leads there in the twins."""
    path_to_root = "../" * page.uri.count("/") + get_path_to_site_root(page.language)
    return path_to_root + get_url_root(get_other_language(page.language)) + page.uri


def rebase_links(page: Page, expanded_page: ExpandedPage) -> str:
    """Return the expansion with its relative links changed for where the twin is published."""
    lines, open_fence = [], ""
    for line in expanded_page.text.splitlines():
        marker = _FENCE_MARKER.match(line)
        if marker and not open_fence:
            open_fence = marker[1]
        elif (
            marker and line.strip().startswith(open_fence) and not line.strip().strip(open_fence[0])
        ):
            open_fence = ""
        lines.append(
            line
            if open_fence
            else _RELATIVE_LINK.sub(lambda link_match: _rebase_link(page, link_match), line)
        )
    return "".join(f"{line}\n" for line in lines)


def _rebase_link(page: Page, match: re.Match[str]) -> str:
    target = posixpath.normpath(posixpath.join(posixpath.dirname(page.uri), match[2]))
    if target.endswith((".md", ".py")):
        target = make_markdown_path(target)
    start = posixpath.dirname(make_markdown_path(page.uri)) or "."
    return f"{match[1]}{posixpath.relpath(target, start)}{match[3]}"

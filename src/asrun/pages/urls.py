"""Where a page's published forms lie, and links between them.

The Markdown copy (the *twin*) of a page is its expansion, published beside its HTML.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import replace
from pathlib import PurePosixPath

from asrun.base.languages import get_other_language, get_path_to_site_root, get_url_root
from asrun.pages.page import ExpandedPage, Fence, Page, parse_page

_RELATIVE_LINK = re.compile(r"(\]\()(?![a-z]+:)([^)\s#]+)((?:#[^)\s]*)?[^)]*\))")


def make_markdown_path(uri: str) -> str:
    """Return where a page's Markdown copy is published, from its language's root.

    ``tensors/joining.md`` is read at ``tensors/joining/``, so its copy is
    ``tensors/joining/index.md``.
    """
    path = PurePosixPath(uri)
    return str(path.with_suffix("") / "index.md" if path.stem != "index" else path)


def make_markdown_site_path(language: str, uri: str) -> str:
    """Return where a page's Markdown copy is published, from the root of the site."""
    return get_url_root(language) + make_markdown_path(uri)


def get_notebook_path(uri: str) -> str:
    """Return where a page is published as a notebook, from its language's root."""
    path = PurePosixPath(uri)
    return str(PurePosixPath(make_markdown_path(uri)).with_name(f"{path.stem}.ipynb"))


def make_relative_link(uri: str, page: Page) -> str:
    """Return the link from a page's source to another page, or to a section of it.

    Args:
        uri: where the link leads, from the language's folder: ``tensors/joining.md#cat``.
        page: the page that the link stands on.
    """
    path, separator, fragment = uri.partition("#")
    return posixpath.relpath(path, posixpath.dirname(page.uri) or ".") + separator + fragment


def make_counterpart_link(page: Page) -> str:
    """Return the link from a page's source to the same page in the other language.

    It is written so that `rebase_links` makes it lead there from the Markdown copy.
    """
    path_to_root = "../" * page.uri.count("/") + get_path_to_site_root(page.language)
    return path_to_root + get_url_root(get_other_language(page.language)) + page.uri


def rebase_links(page: Page, expanded_page: ExpandedPage) -> str:
    """Return a page's expansion with relative links that are right where its copy is published."""
    lines: list[str] = []
    for part in parse_page(replace(page, source=expanded_page.text)).parts:
        if isinstance(part, Fence):
            lines += part.lines
        else:
            lines += (
                _RELATIVE_LINK.sub(lambda match: _rebase_link(page, match), line)
                for line in part.lines
            )
    return "".join(f"{line}\n" for line in lines)


def _rebase_link(page: Page, match: re.Match[str]) -> str:
    target = posixpath.normpath(posixpath.join(posixpath.dirname(page.uri), match[2]))
    if target.endswith((".md", ".py")):
        target = make_markdown_path(target)
    start = posixpath.dirname(make_markdown_path(page.uri)) or "."
    return f"{match[1]}{posixpath.relpath(target, start)}{match[3]}"

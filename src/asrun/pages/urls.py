"""Where a page's published forms lie, and links between them.

The Markdown copy (the *twin*) of a page is its expansion, published beside its HTML.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import PurePosixPath

from asrun.base.languages import get_other_language, get_path_to_site_root, get_url_root
from asrun.pages.links import find_link_targets
from asrun.pages.page import ExpandedPage, Page

_PATH_AND_SUFFIX = re.compile(r"([^?#]*)(.*)", re.DOTALL)


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
    text = expanded_page.text
    for link in reversed(find_link_targets(text)):
        target = _rebase_target(page, link.target)
        if target != link.target:
            is_bracketed = text[link.start] == "<" or bool(re.search(r"[\s()]", target))
            written = f"<{target}>" if is_bracketed else target
            text = text[: link.start] + written + text[link.end :]
    return text


def _rebase_target(page: Page, target: str) -> str:
    path, suffix = _PATH_AND_SUFFIX.fullmatch(target).groups()  # type: ignore[union-attr]
    if not path or path.startswith("/") or re.match("[A-Za-z][A-Za-z0-9+.-]*:", path):
        return target
    new_path = posixpath.normpath(posixpath.join(posixpath.dirname(page.uri), path))
    if new_path.endswith((".md", ".py")):
        new_path = make_markdown_path(new_path)
    start = posixpath.dirname(make_markdown_path(page.uri)) or "."
    return posixpath.relpath(new_path, start) + suffix

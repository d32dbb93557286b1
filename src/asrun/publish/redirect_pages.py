"""Redirect pages: what is published where a page was once, written from one exact template.

They hold no script. A browser follows the ``refresh``, a search engine the ``canonical`` link, and
a reader whose browser does neither has a link to click.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from html import escape
from string import Template
from urllib.parse import urljoin

from asrun.base.languages import get_url_root
from asrun.lists.redirects import Redirect, Redirects
from asrun.pages.urls import make_markdown_path

_TEMPLATE = Template(
    """\
<!doctype html>
<html lang="$language">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'">
<meta http-equiv="refresh" content="0; url=$link">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<link rel="canonical" href="$canonical">
<title>$title</title>
</head>
<body>
<p>$text <a href="$link">$address</a></p>
</body>
</html>
"""
)
_TITLES = {"zh": "这一页搬家了", "en": "This page has moved"}
_TEXTS = {"zh": "这一页搬到了这里：", "en": "This page has moved to"}
_CANONICAL_LINK = re.compile(r'<link rel="canonical" href="([^"]*)">')
_SITE_ROOT = r"https?://[\w.:-]+(?:/[\w~-][\w.~-]*)*/"
_REFRESH = re.compile(r"""<meta\b[^>]*http-equiv\s*=\s*["']?\s*refresh""", re.IGNORECASE)


def render_redirect_pages(
    redirects: Redirects, language: str, site_url: str = ""
) -> dict[str, str]:
    """Return the redirect pages of a language by their path from the language's root.

    ``site_url`` is the absolute URL of that root, if the site has an address.
    """
    return {
        _make_html_path(redirect.address): _render_page(
            redirect,
            redirect.target,
            language,
            urljoin(site_url, _make_url(redirect.target)) if site_url else "",
        )
        for redirect in redirects
        if redirect.target is not None
    }


def list_redirect_paths(redirects: Redirects, language: str) -> Iterator[tuple[str, Redirect]]:
    """Yield where a language's redirect pages are published, from the root of the site."""
    for redirect in redirects:
        if redirect.target is not None:
            yield get_url_root(language) + _make_html_path(redirect.address), redirect


def is_redirect_page(html: str, redirect: Redirect, language: str) -> bool:
    """Return whether a page is the template's for a redirect, to the byte."""
    match = _CANONICAL_LINK.search(html)
    if match is None or redirect.target is None:
        return False
    canonical = match[1]
    url = get_url_root(language) + _make_url(redirect.target)
    if not re.fullmatch(rf"{_SITE_ROOT}{re.escape(url)}", canonical):
        canonical = ""
    return html == _render_page(redirect, redirect.target, language, canonical)


def has_refresh(html: str) -> bool:
    """Return whether a page sends its readers elsewhere by itself."""
    return bool(_REFRESH.search(html))


def _render_page(redirect: Redirect, target: str, language: str, canonical: str) -> str:
    folder = posixpath.dirname(_make_html_path(redirect.address)) or "."
    path, _, section = target.partition("#")
    page_folder = posixpath.dirname(_make_html_path(path)) or "."
    link = posixpath.relpath(page_folder, folder) + "/" + (f"#{section}" if section else "")
    return _TEMPLATE.substitute(
        language=language,
        link=escape(link),
        canonical=escape(canonical or link),
        title=_TITLES[language],
        text=_TEXTS[language],
        address=escape(target),
    )


def _make_html_path(address: str) -> str:
    return make_markdown_path(f"{address}.md").removesuffix(".md") + ".html"


def _make_url(target: str) -> str:
    """Return the URL of a redirect's target from its language's root."""
    path, separator, section = target.partition("#")
    folder = posixpath.dirname(_make_html_path(path))
    return (f"{folder}/" if folder else "") + separator + section

"""The twin: a page's expansion, published as Markdown beside its HTML."""

from __future__ import annotations

import posixpath
import re

from asrun.expand import Expanded, published
from asrun.page import Page

_LINK = re.compile(r"(\]\()(?![a-z]+:)([^)\s#]+)((?:#[^)\s]*)?[^)]*\))")
_FENCE = re.compile(r"\s*(`{3,}|~{3,})")


def site_path(language: str, uri: str) -> str:
    """Return where a page's twin is published, from the site's root: zh is at it, en below."""
    return ("" if language == "zh" else f"{language}/") + published(uri)


def counterpart(page: Page) -> str:
    """Return the link from a page's source to its counterpart's that leads there in the twins."""
    up = "../" * (page.uri.count("/") + (page.language == "en"))
    return f"{up}{'en/' if page.language == 'zh' else ''}{page.uri}"


def twin(page: Page, expanded: Expanded) -> str:
    """Return the expansion with its relative links changed for where the twin is published."""
    lines, fence = [], ""
    for line in expanded.text.splitlines():
        marker = _FENCE.match(line)
        if marker and not fence:
            fence = marker[1]
        elif marker and line.strip().startswith(fence) and not line.strip().strip(fence[0]):
            fence = ""
        lines.append(line if fence else _LINK.sub(lambda m: _moved(page, m), line))
    return "".join(f"{line}\n" for line in lines)


def _moved(page: Page, match: re.Match[str]) -> str:
    target = posixpath.normpath(posixpath.join(posixpath.dirname(page.uri), match[2]))
    if target.endswith((".md", ".py")):
        target = published(target)
    start = posixpath.dirname(published(page.uri)) or "."
    return f"{match[1]}{posixpath.relpath(target, start)}{match[3]}"

"""The guard: a content security policy in every page, which allows the site itself and no more.

Source: Content Security Policy Level 3, https://www.w3.org/TR/CSP3/. Inline scripts are allowed by
their hashes: Material writes three, which differ from page to page.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from html import unescape

import markdown

from asrun.base.text import count_columns

_SCRIPT_ELEMENT = re.compile(r"<script(?P<attributes>[^>]*)>(?P<code>.*?)</script>", re.DOTALL)
_CHARSET_META = re.compile(r'<meta charset="utf-8">', re.IGNORECASE)
_POLICY_CONTENT = re.compile(r'(?<=<meta http-equiv="Content-Security-Policy" content=")[^"]*')


def build_policy(html: str) -> str:
    """Return the policy for a page: its own host, and the inline scripts that it has now."""
    hashes = dict.fromkeys(
        f"'sha256-{_compute_script_hash(match['code'])}'"
        for match in _SCRIPT_ELEMENT.finditer(html)
        if "src=" not in match["attributes"] and "application/json" not in match["attributes"]
    )
    return "; ".join(
        (
            "default-src 'none'",
            " ".join(("script-src 'self'", *hashes)),
            "style-src 'self'",
            "img-src 'self' data:",  # the theme's icons are data in its style sheet
            "font-src 'self'",
            "connect-src 'self'",  # the search index
            "worker-src 'self'",
            "manifest-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def insert_policy(html: str) -> str:
    """Return a page with its policy, as early as can be: before anything is fetched."""
    policy_meta = f'<meta http-equiv="Content-Security-Policy" content="{build_policy(html)}">'
    return _CHARSET_META.sub(lambda match: f"{match[0]}{policy_meta}", html, count=1)


def relax_policy_for_disk(html: str) -> str:
    """Return a guarded page with the policy for reading it from disk, where files have no host.

    Browsers do not agree whether a file's own host is any file, so files are named.
    """
    return _POLICY_CONTENT.sub(
        lambda match: match[0].replace("'self'", "'self' file:"), html, count=1
    )


def _compute_script_hash(code: str) -> str:
    return base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()


PHONE_MAX_COLUMNS = 32  # columns that any phone shows, in labs too; what is wider may scroll
_OUTPUT_BLOCK = re.compile(
    r'(?P<head><div class="language-text highlight"><span class="filename)">(?P<title>[^<]*)</span>'
    r"<pre>(?:<span></span>)?<code>(?P<body>.*?)</code></pre></div>",
    re.DOTALL,
)
_HTML_TAG = re.compile(r"<[^>]*>")


def mark_outputs(html: str, error_title: str) -> str:
    """Return a page's HTML with its outputs as ``<samp>``; those titled ``error`` are marked so.

    Only blocks of text that have a title are outputs. What is wider than a phone can be reached
    by keyboard, since it scrolls.
    """

    def mark_output(match: re.Match[str]) -> str:
        text = _HTML_TAG.sub("", match["body"])
        is_wide = any(
            count_columns(line) > PHONE_MAX_COLUMNS for line in unescape(text).splitlines()
        )
        error_class = " error" if match["title"] == error_title else ""
        tabindex = (
            ' tabindex="0"' if is_wide and not error_class else ""
        )  # an error is broken into lines
        title_html = f'{match["head"]}{error_class}">{match["title"]}</span>'
        return f"{title_html}<pre><samp{tabindex}>{text}</samp></pre></div>"

    return _OUTPUT_BLOCK.sub(mark_output, html)


def render_banner(
    paragraphs: Sequence[str], counterpart_url: str, counterpart_language: str
) -> str:
    """Return the HTML of a banner's Markdown; links to the counterpart say its language."""
    html: str = markdown.markdown("\n\n".join(paragraphs))
    link = f'href="{counterpart_url}'
    return html.replace(f"<a {link}", f'<a lang="{counterpart_language}" {link}')

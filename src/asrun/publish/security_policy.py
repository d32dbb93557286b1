"""A Content Security Policy in every page: it allows the site itself and nothing else.

Source: Content Security Policy Level 3, https://www.w3.org/TR/CSP3/. Inline scripts are allowed by
their hashes: Material writes three, which differ from page to page.

The finished pages are searched with regular expressions, because a parser takes fifteen times as
long and finds the same scripts. A script that is missed, the browser does not run.
"""

from __future__ import annotations

import base64
import hashlib
import re

_SCRIPT_ELEMENT = re.compile(r"<script(?P<attributes>[^>]*)>(?P<code>.*?)</script>", re.DOTALL)
_CHARSET_META = re.compile(r'<meta charset="utf-8">', re.IGNORECASE)
_POLICY_CONTENT = re.compile(r'(?<=<meta http-equiv="Content-Security-Policy" content=")[^"]*')


def build_policy(html: str) -> str:
    """Return the policy of a page: its own host, and the inline scripts that it holds."""
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
    """Return a page with its policy, ahead of everything that the page makes a browser fetch."""
    policy_meta = f'<meta http-equiv="Content-Security-Policy" content="{build_policy(html)}">'
    return _CHARSET_META.sub(lambda match: f"{match[0]}{policy_meta}", html, count=1)


def relax_policy_for_disk(html: str) -> str:
    """Return a page that has a policy with one for reading it from disk, where files have no host.

    Browsers do not agree whether `'self'` covers other files there, so files are allowed by name.
    """
    return _POLICY_CONTENT.sub(
        lambda match: match[0].replace("'self'", "'self' file:"), html, count=1
    )


def _compute_script_hash(code: str) -> str:
    return base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()

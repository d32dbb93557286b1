"""The guard: a content security policy in every page, which allows the site itself and no more.

Source: Content Security Policy Level 3, https://www.w3.org/TR/CSP3/. Inline scripts are allowed by
their hashes: Material writes three, which differ from page to page.
"""

from __future__ import annotations

import base64
import hashlib
import re

_SCRIPT = re.compile(r"<script(?P<attributes>[^>]*)>(?P<code>.*?)</script>", re.DOTALL)
_HEAD = re.compile(r'<meta charset="utf-8">', re.IGNORECASE)
_META = re.compile(r'(?<=<meta http-equiv="Content-Security-Policy" content=")[^"]*')


def policy(html: str) -> str:
    """Return the policy for a page: its own host, and the inline scripts that it has now."""
    hashes = dict.fromkeys(
        f"'sha256-{_digest(match['code'])}'"
        for match in _SCRIPT.finditer(html)
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


def guarded(html: str) -> str:
    """Return a page with its policy, as early as can be: before anything is fetched."""
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy(html)}">'
    return _HEAD.sub(lambda match: f"{match[0]}{meta}", html, count=1)


def guarded_on_disk(html: str) -> str:
    """Return a guarded page with the policy for reading it from disk, where files have no host.

    Browsers do not agree whether a file's own host is any file, so files are named.
    """
    return _META.sub(lambda match: match[0].replace("'self'", "'self' file:"), html, count=1)


def _digest(code: str) -> str:
    return base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()

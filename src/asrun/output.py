"""What a program printed, in a page's HTML: sample output, not code.

The theme gives each ``<code>`` of a block its buttons and watches its size: work for a phone, of
no use below a program. HTML has ``<samp>`` for what programs print.
"""

from __future__ import annotations

import re
from html import unescape
from unicodedata import east_asian_width

WIDEST = 32  # columns that any phone shows, in labs too; what is wider may scroll

_OUTPUT = re.compile(
    r'(?P<head><div class="language-text highlight"><span class="filename)">(?P<title>[^<]*)</span>'
    r"<pre>(?:<span></span>)?<code>(?P<body>.*?)</code></pre></div>",
    re.DOTALL,
)
_TAG = re.compile(r"<[^>]*>")


def sampled(html: str, error: str) -> str:
    """Return a page's HTML with its outputs as ``<samp>``; those titled ``error`` are marked so.

    Only blocks of text that have a title are outputs. What is wider than a phone can be reached
    by keyboard, since it scrolls.
    """

    def samp(found: re.Match[str]) -> str:
        text = _TAG.sub("", found["body"])
        wide = any(columns(line) > WIDEST for line in unescape(text).splitlines())
        kind = " error" if found["title"] == error else ""
        reach = ' tabindex="0"' if wide and not kind else ""  # an error is broken into lines
        title = f'{found["head"]}{kind}">{found["title"]}</span>'
        return f"{title}<pre><samp{reach}>{text}</samp></pre></div>"

    return _OUTPUT.sub(samp, html)


def columns(line: str) -> int:
    """Return how many columns a line takes; a 汉字 takes two."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in line)

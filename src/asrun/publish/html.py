"""HTML that Markdown alone does not give: outputs as ``<samp>``, and the banner's links.

Outputs are found by the form in which pymdownx.highlight writes a block with a title. Should that
form change, they are published as code, and the census stops the build: it knows an output by its
``<samp>``. A custom fence would need no search, but would renumber the lines of all other blocks.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import unescape

import markdown

from asrun.base.text import count_columns

PHONE_MAX_COLUMNS = 32  # what fits on any phone, in labs too; wider outputs may scroll
_OUTPUT_BLOCK = re.compile(
    r'(?P<head><div class="language-text highlight"><span class="filename)">(?P<title>[^<]*)</span>'
    r"<pre>(?:<span></span>)?<code>(?P<body>.*?)</code></pre></div>",
    re.DOTALL,
)
_HTML_TAG = re.compile(r"<[^>]*>")


def mark_outputs(html: str, error_title: str) -> str:
    """Return the HTML of a page with its outputs as ``<samp>``, and errors marked as such.

    Only blocks of text with a title are outputs; errors are those titled ``error_title``. An
    output that is wider than a phone can be reached by keyboard, because it scrolls.
    """

    def mark_output(match: re.Match[str]) -> str:
        text = _HTML_TAG.sub("", match["body"])
        is_error = match["title"] == error_title
        is_wide = any(
            count_columns(line) > PHONE_MAX_COLUMNS for line in unescape(text).splitlines()
        )
        error_class = " error" if is_error else ""
        # The style sheet breaks the lines of an error, so it never scrolls.
        tabindex = ' tabindex="0"' if is_wide and not is_error else ""
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

"""A small original document, and pages that show its snippets."""

from __future__ import annotations

from asrun.lists.locations import locate_snippets
from asrun.pages.page import Page

DATA = """\
[[block]]
id = "B01"
lines = [3, 5]
title = { zh = "拼接", en = "Joining" }
status = "corrected"
snippets = ["a/one.py"]

[[block]]
id = "B02"
lines = [9, 9]
title = { zh = "签名", en = "The signature" }
status = "replaced"
at = "a/x.md#two"

[[erratum]]
id = "F01"
kind = "wrong"
lines = [4]
blocks = ["B01"]
says = { zh = "三", en = "Three" }
right = { zh = "二", en = "Two" }
proof = ["a/one.py"]
"""


def english_page(uri: str, text: str) -> Page:
    return Page(f"docs/en/{uri}", uri, "en", text)


_INCLUDE = '```python\n--8<-- "a/one.py"\n```\n'
PAGES = (
    english_page("a/summary.md", f"# S\n\n## All {{ #all }}\n\n{_INCLUDE}"),
    english_page("a/x.md", f"# T\n\n## One {{ #one }}\n\n{_INCLUDE}\n## Two {{ #two }}\n"),
    english_page("index.md", f"# Home\n\n{_INCLUDE}"),
)
LOCATIONS = locate_snippets(PAGES)

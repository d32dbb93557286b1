"""A snippet's block, as pages show it, made by hand: no program runs."""

from __future__ import annotations

from asrun.pages.snippet_block import SnippetBlock
from asrun.snippets.snippet import parse_snippet
from support.project import SUMMARY


def make_block(code: str, header: str = "", **shown) -> SnippetBlock:
    """Return the English block of ``a/one.py``; ``header`` has its directives."""
    snippet = parse_snippet("a/one.py", "snippets/a/one.py", f"{header}{SUMMARY}{code}")
    return SnippetBlock(snippet, snippet.localize("en"), **{"output": "", **shown})

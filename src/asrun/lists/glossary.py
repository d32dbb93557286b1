"""The glossary: terms in both languages, as a list, and as a check of the Chinese pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from asrun.base.errors import Location, PageError
from asrun.base.toml import parse_toml
from asrun.lists.tables import render_filterable_table
from asrun.pages.page import LocatedLines, Page

GLOSSARY_PATH = "docs/glossary.toml"
_COLUMN_TITLES = {"zh": ("中文", "英文", "指什么"), "en": ("Chinese", "English", "What it is")}


@dataclass(frozen=True)
class Term:
    """A term in both languages, and what it means.

    ``discouraged`` are other Chinese words for it, which pages do not use; ``line`` is that of the
    data file.
    """

    zh: str
    en: str
    meaning: Mapping[str, str]
    discouraged: tuple[str, ...]
    line: int


Glossary = tuple[Term, ...]


def parse_glossary(text: str) -> Glossary:
    """Return the terms in the glossary's text.

    Raises:
        PageError: for what is not TOML, or a term without one of its fields.
    """
    data = parse_toml(text, GLOSSARY_PATH)
    start_lines = [n for n, line in enumerate(text.splitlines(), 1) if line == "[[term]]"]
    terms = []
    for line, entry in zip(start_lines, data.get("term", ()), strict=True):
        if missing_fields := {"zh", "en", "about"} - set(entry):
            raise PageError(
                Location(GLOSSARY_PATH, line),
                f"a term without {', '.join(sorted(missing_fields))}",
                "Add it.",
            )
        discouraged = tuple(entry.get("avoid", ()))
        terms.append(Term(entry["zh"], entry["en"], entry["about"], discouraged, line))
    return tuple(terms)


def render_glossary(page: Page, glossary: Glossary) -> LocatedLines:
    """Return all terms with their meaning in the page's language."""
    rows = [
        (f"| {t.zh} | {t.en} | {t.meaning[page.language]} |", Location(GLOSSARY_PATH, t.line))
        for t in glossary
    ]
    return render_filterable_table(page, _COLUMN_TITLES[page.language], rows)


def find_discouraged_terms(glossary: Glossary, page: Page) -> list[PageError]:
    """Return where a Chinese page uses a word that the glossary lists under ``avoid``."""
    if page.language != "zh":
        return []
    errors = []
    for number, line in enumerate(page.source.splitlines(), 1):
        for term in glossary:
            errors += [
                PageError(page.locate_line(number), f"`{word}`", f"The glossary says {term.zh}.")
                for word in term.discouraged
                if word in line
            ]
    return errors

"""TODO docstring."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from asrun.base.errors import Location, PageError
from asrun.base.toml import parse_toml
from asrun.pages.page import Page

GLOSSARY_PATH = "docs/glossary.toml"


@dataclass(frozen=True)
class Term:
    """A term in both languages, what it means, and Chinese words that pages do not use for it."""

    zh: str
    en: str
    meaning: Mapping[str, str]
    discouraged: tuple[str, ...]
    line: int


Glossary = tuple[Term, ...]


def parse_glossary(text: str) -> Glossary:
    """Read the glossary.

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


def find_discouraged_terms(glossary: Glossary, page: Page) -> list[PageError]:
    """Return where a Chinese page uses a word that the glossary has another one for."""
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

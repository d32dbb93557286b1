"""The banner: what a page says of its sections that are behind the other language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from asrun.base.languages import LANGUAGES, get_other_language
from asrun.pages.page import INTRO_ID, ExpandedPage, Page, parse_page
from asrun.translation.staleness import SectionChange

_WORDS: Mapping[str, Mapping[str, str]] = {
    "zh": {
        "behind": "英文版已经更新，本页这几处还没有跟上：{}。",
        "both changed": "这几处中英文都改过，还没有互相核对：{}。",
        "item": "{}（{}）",
        "item separator": "；",
        "intro": "开头",
    },
    "en": {
        "behind": "The Chinese version has changed; here this page has yet to follow: {}.",
        "both changed": "Changed in both languages, and not compared since: {}.",
        "item": "{} ({})",
        "item separator": "; ",
        "intro": "the opening",
    },
}


def compose_banner(changes: Sequence[SectionChange], page: Page, counterpart_url: str) -> list[str]:
    """Return what a page says of its sections that are behind: Markdown, a paragraph each.

    A page says nothing of a section that changed in its own language alone.

    Args:
        changes: the sections of the page that changed since they were last in sync.
        page: the page in the language that the banner is in.
        counterpart_url: the link from the page to the same page in the other language.
    """
    words = _WORDS[page.language]
    paragraphs = []
    for kind, languages in (
        ("behind", (get_other_language(page.language),)),
        ("both changed", LANGUAGES),
    ):
        items = [
            words["item"].format(*_link_section(change, page.language, counterpart_url))
            for change in changes
            if change.languages == languages
        ]
        if items:
            paragraphs.append(words[kind].format(words["item separator"].join(items)))
    return paragraphs


def _link_section(change: SectionChange, language: str, counterpart_url: str) -> tuple[str, str]:
    """Return links to a section on this page and on the other one.

    The part above the first section has no title: it is called the opening, and only the link to
    the other page leads anywhere.
    """
    other_language = get_other_language(language)
    section, other_section = change.sections[language], change.sections[other_language]
    if section.id == INTRO_ID:
        return _WORDS[language]["intro"], f"[{_WORDS[other_language]['intro']}]({counterpart_url})"
    link = f"[{section.title}](#{section.id})"
    return link, f"[{other_section.title}]({counterpart_url}#{other_section.id})"


def insert_banner(expanded: ExpandedPage, page: Page, paragraphs: Sequence[str]) -> ExpandedPage:
    """Return a page's expansion with a banner, as a quote, below its title."""
    title_line = next((h.line for h in parse_page(page).headings if h.level == 1), None)
    if not paragraphs or title_line is None:
        return expanded
    title_location = page.locate_line(title_line)
    index = expanded.line_locations.index(title_location) + 1
    quote = ["", *"\n>\n".join(f"> {text}" for text in paragraphs).split("\n")]
    lines = list(zip(expanded.text.splitlines(), expanded.line_locations, strict=True))
    lines[index:index] = [(line, title_location) for line in quote]
    return ExpandedPage.from_lines(lines)

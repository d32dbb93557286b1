"""TODO docstring."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from asrun.base.languages import LANGUAGES, get_other_language
from asrun.pages.page import INTRO_ID, ExpandedPage, Page, parse_page
from asrun.translation.staleness import SectionChange

_BANNER_WORDS: Mapping[str, Mapping[str, str]] = {
    "zh": {
        "behind": "英文版已经更新，本页这几处还没有跟上：{}。",
        "both": "这几处中英文都改过，还没有互相核对：{}。",
        "item": "{}（{}）",
        "joint": "；",
        INTRO_ID: "开头",
    },
    "en": {
        "behind": "The Chinese version has changed; here this page has yet to follow: {}.",
        "both": "Changed in both languages, and not compared since: {}.",
        "item": "{} ({})",
        "joint": "; ",
        INTRO_ID: "the opening",
    },
}


def compose_banner(changes: Sequence[SectionChange], page: Page, counterpart_url: str) -> list[str]:
    """Return what a page says about its sections that are behind: Markdown, a paragraph each.

    ``there`` leads to the counterpart. A page says nothing of a section that only it changed.
    """
    words = _BANNER_WORDS[page.language]
    counterpart_language = get_other_language(page.language)
    paragraphs = []
    for kind, languages in (("behind", (counterpart_language,)), ("both", LANGUAGES)):
        items = []
        for change in changes:
            if change.languages == languages:
                own_section, other_section = (
                    change.sections[page.language],
                    change.sections[counterpart_language],
                )
                if own_section.id == INTRO_ID:
                    items.append(
                        (
                            words[INTRO_ID],
                            f"[{_BANNER_WORDS[counterpart_language][INTRO_ID]}]({counterpart_url})",
                        )
                    )
                else:
                    link = f"[{other_section.title}]({counterpart_url}#{other_section.id})"
                    items.append((f"[{own_section.title}](#{own_section.id})", link))
        if items:
            joined_items = words["joint"].join(words["item"].format(*item) for item in items)
            paragraphs.append(words[kind].format(joined_items))
    return paragraphs


def insert_banner(expanded: ExpandedPage, page: Page, paragraphs: Sequence[str]) -> ExpandedPage:
    """Return the expansion with a note, as a quote, below the page's title."""
    title_line = next((h.line for h in parse_page(page).headings if h.level == 1), None)
    if not paragraphs or title_line is None:
        return expanded
    insert_index = expanded.line_locations.index(page.locate_line(title_line)) + 1
    quote = ["", *"\n>\n".join(f"> {text}" for text in paragraphs).split("\n")]
    lines = expanded.text.splitlines()
    lines[insert_index:insert_index] = quote
    locations = (
        *expanded.line_locations[:insert_index],
        *[page.locate_line(title_line)] * len(quote),
        *expanded.line_locations[insert_index:],
    )
    return ExpandedPage.from_lines(zip(lines, locations, strict=True))

"""Sections: the parts of a page that are compared with those of the page in the other language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from asrun.base.errors import Location, PageError
from asrun.base.languages import LANGUAGES
from asrun.pages.page import INTRO_ID, DataList, Fence, Page, parse_page
from asrun.translation.section_digest import SectionDigest, compute_section_digest


@dataclass(frozen=True)
class Section:
    """A section in one language, without the sections below it.

    ``key`` is the same in both languages: ``tensors/joining.md#cat``. The part above a page's first
    section is one as well; it has no title.
    """

    key: str
    title: str
    location: Location
    digest: SectionDigest

    @property
    def id(self) -> str:
        """Its heading's id."""
        return self.key.partition("#")[2]


@dataclass(frozen=True)
class PagePair:
    """A page in both languages: ``pages`` by language."""

    pages: Mapping[str, Page]

    @cached_property
    def sections(self) -> Mapping[str, Mapping[str, Section]]:
        """The sections of each language, by their keys."""
        return {language: split_sections(page) for language, page in self.pages.items()}


def pair_pages(pages: Iterable[Page]) -> dict[str, PagePair]:
    """Return the pages that are there in both languages and can be read, by their URI."""
    pages_by_uri: dict[str, dict[str, Page]] = {}
    for page in pages:
        try:
            parse_page(page)
        except PageError:
            continue
        pages_by_uri.setdefault(page.uri, {})[page.language] = page
    return {
        uri: PagePair({language: versions[language] for language in LANGUAGES})
        for uri, versions in pages_by_uri.items()
        if len(versions) == len(LANGUAGES)
    }


def split_sections(page: Page) -> dict[str, Section]:
    """Return the sections of a page by their keys, in order.

    Raises:
        PageError: for a fence that is never closed.
    """
    structure = parse_page(page)
    lines = page.source.splitlines()
    for part in structure.parts:
        if isinstance(part, Fence | DataList):
            lines[part.line - 1 : part.line - 1 + len(part.lines)] = [""] * len(part.lines)
    title_line = next((heading.line for heading in structure.headings if heading.level == 1), 1)
    starts = [(0, title_line, INTRO_ID, "")]
    starts += [
        (h.line - 1, h.line, h.id, h.title) for h in structure.headings if h.level > 1 and h.id
    ]
    end = (len(lines), 0, "", "")
    sections = {}
    for (start, line, section_id, title), (stop, *_) in pairwise([*starts, end]):
        key = f"{page.uri}#{section_id}"
        digest = compute_section_digest(lines[start:stop], page.language)
        sections[key] = Section(key, title, page.locate_line(line), digest)
    return sections

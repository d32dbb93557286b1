"""Freshness: which sections of a page changed since both languages were last compared.

One data file holds, for each section, what it said in each language when somebody last declared
that both say the same. What parity holds equal (programs, code blocks, where links lead) is not
counted: it cannot change in one language alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from asrun.base.errors import Location, PageError
from asrun.base.languages import LANGUAGES
from asrun.pages.page import INTRO_ID, Page, parse_page
from asrun.translation.sync_file import (
    SYNC_FILE_PATH,
    SectionDigest,
    SyncRecord,
    compute_section_digest,
)


@dataclass(frozen=True)
class Section:
    """A section in one language; ``key`` is the same in the other: ``tensors/joining.md#cat``."""

    key: str
    title: str
    location: Location
    digest: SectionDigest

    @property
    def id(self) -> str:
        """Its heading's id."""
        return self.key.partition("#")[2]


@dataclass(frozen=True)
class SectionChange:
    """A section that changed since its last sync, in the languages that it changed in.

    If that is one, the other is behind. If it is both, neither is known to be right.
    """

    sections: Mapping[str, Section]
    languages: tuple[str, ...]


PagePair = Mapping[str, Page]


def pair_pages(pages: Iterable[Page]) -> dict[str, PagePair]:
    """Return the pages that are there in both languages and can be read, by their URI."""
    pages_by_uri: dict[str, dict[str, Page]] = {}
    for page in pages:
        try:
            parse_page(page)
        except PageError:
            continue
        pages_by_uri.setdefault(page.uri, {})[page.language] = page
    return {uri: pair for uri, pair in pages_by_uri.items() if len(pair) == len(LANGUAGES)}


@lru_cache(maxsize=4096)
def split_sections(page: Page) -> Mapping[str, Section]:
    """Return the sections of a page by their keys, the part above the first one too.

    Raises:
        PageError: for a fence that is never closed.
    """
    structure = parse_page(page)
    lines = page.source.splitlines()
    for fence in structure.fences:
        lines[fence.line - 1 : fence.line - 1 + len(fence.lines)] = [""] * len(fence.lines)
    for data_list in structure.lists:
        lines[data_list.line - 1] = ""
    title_line = next((heading.line for heading in structure.headings if heading.level == 1), 1)
    starts = [(0, title_line, INTRO_ID, "")]
    starts += [
        (h.line - 1, h.line, h.id, h.title) for h in structure.headings if h.level > 1 and h.id
    ]
    section_by_key = {}
    for (start, line, section_id, heading), (end, *_) in pairwise(
        [*starts, (len(lines), 0, "", "")]
    ):
        key = f"{page.uri}#{section_id}"
        digest = compute_section_digest(lines[start:end], page.language)
        section_by_key[key] = Section(key, heading, page.locate_line(line), digest)
    return section_by_key


def find_section_changes(sync: SyncRecord, pair: PagePair) -> list[SectionChange]:
    """Return the sections of a pair that changed since they were last declared in sync."""
    section_changes = []
    zh, en = (split_sections(pair[language]) for language in LANGUAGES)
    for key in zh:
        if key in en and key in sync:
            translations = {"zh": zh[key], "en": en[key]}
            changed_languages = tuple(
                language
                for language, section in translations.items()
                if section.digest.words != sync[key].digests[language].words
            )
            section_changes += (
                [SectionChange(translations, changed_languages)] if changed_languages else []
            )
    return section_changes


def find_sync_problems(sync: SyncRecord, pages: Sequence[Page]) -> Iterator[PageError]:
    """Yield the sections that the data file lacks, and those in it that are gone."""
    page_uris = {page.uri for page in pages}
    pair_by_uri = pair_pages(pages)
    known_uris = {key.partition("#")[0] for key in sync}
    for uri, pair in pair_by_uri.items():
        if uri not in known_uris:
            yield PageError(
                pair["zh"].locate_line(),
                f"never declared in sync with {pair['en'].path}",
                f"When both say the same: `make synced page={format_target(uri)}`.",
            )
            continue
        zh, en = (split_sections(pair[language]) for language in LANGUAGES)
        for key in [key for key in zh if key in en and key not in sync]:
            yield PageError(
                zh[key].location,
                f"section `#{zh[key].id}` was never declared in sync with {en[key].location}",
                f"When both say the same: `make synced page={format_target(key)}`.",
            )
        for key in [key for key in sync if key.partition("#")[0] == uri]:
            if key not in zh and key not in en:
                yield PageError(
                    Location(SYNC_FILE_PATH, sync[key].line),
                    f"{uri} has no section `#{key.partition('#')[2]}`",
                    f"Take it out: `make synced page={format_target(key)}`.",
                )
    for uri in sorted(known_uris - page_uris):
        line = min(entry.line for key, entry in sync.items() if key.partition("#")[0] == uri)
        yield PageError(
            Location(SYNC_FILE_PATH, line),
            f"there is no page {uri}",
            f"Take it out: `make synced page={format_target(uri)}`; if it moved, change its name here.",
        )


def format_target(key: str) -> str:
    """Return how one types a page or a section: without the file's ending."""
    uri, mark, section = key.partition("#")
    return uri.removesuffix(".md").removesuffix(".py") + mark + section


def describe_change(change: SectionChange) -> str:
    """Return what `make stale` says about a change: both places, and the way out."""
    zh, en = change.sections["zh"], change.sections["en"]
    command = f"`make synced page={format_target(zh.key)}`"
    if len(change.languages) > 1:
        return (
            f"{zh.location}: section `#{zh.id}` changed here and at {en.location} since both were "
            f"compared. Compare them, then: {command}."
        )
    (language,) = change.languages
    newer, older = (zh, en) if language == "zh" else (en, zh)
    return (
        f"{older.location}: section `#{older.id}` is behind {newer.location}. Bring it up to date, then: "
        f"{command}; if that was a typo: `make synced page={format_target(zh.key)} typo={language}`."
    )

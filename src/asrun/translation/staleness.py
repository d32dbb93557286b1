"""Staleness: which sections changed since both languages were last declared to say the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from asrun.base.errors import Location, PageError
from asrun.base.languages import LANGUAGES, get_other_language
from asrun.pages.page import Page
from asrun.translation.sections import PagePair, Section
from asrun.translation.sync_file import SYNC_FILE_PATH, SyncedSection, SyncRecord


@dataclass(frozen=True)
class SectionChange:
    """A section that changed since it was last declared in sync; ``languages`` says in which.

    If it changed in one language, the other is behind. If it changed in both, nobody knows yet
    whether they still say the same. ``sections`` has it by language.
    """

    sections: Mapping[str, Section]
    languages: tuple[str, ...]


def find_section_changes(sync: SyncRecord, pair: PagePair) -> list[SectionChange]:
    """Return the sections of a pair that changed since they were last declared in sync."""
    changes = []
    for key in pair.sections["zh"]:
        if key in pair.sections["en"] and key in sync:
            sections = {language: pair.sections[language][key] for language in LANGUAGES}
            changed_languages = tuple(
                language
                for language, section in sections.items()
                if section.digest.words != sync[key].digests[language].words
            )
            if changed_languages:
                changes.append(SectionChange(sections, changed_languages))
    return changes


def find_sync_problems(
    sync: SyncRecord, pages: Sequence[Page], pairs: Mapping[str, PagePair]
) -> Iterator[PageError]:
    """Yield the sections that the sync file lacks, and those in it that are gone.

    Args:
        sync: what the file says.
        pages: all pages, also those that cannot be read: they are not gone.
        pairs: those that can be compared, by their URI.
    """
    synced_by_uri: defaultdict[str, dict[str, SyncedSection]] = defaultdict(dict)
    for key, synced in sync.items():
        synced_by_uri[key.partition("#")[0]][key] = synced
    for uri, pair in pairs.items():
        if uri in synced_by_uri:
            yield from _find_pair_problems(synced_by_uri[uri], uri, pair)
            continue
        zh, en = pair.pages["zh"], pair.pages["en"]
        yield PageError(
            zh.locate_line(),
            f"never declared in sync with {en.path}",
            f"When both say the same: `make synced page={format_target(uri)}`.",
        )
    for uri in sorted(set(synced_by_uri) - {page.uri for page in pages}):
        yield PageError(
            Location(SYNC_FILE_PATH, min(synced.line for synced in synced_by_uri[uri].values())),
            f"there is no page {uri}",
            f"Take it out: `make synced page={format_target(uri)}`; "
            "if it moved, change its name here.",
        )


def _find_pair_problems(
    synced_sections: SyncRecord, uri: str, pair: PagePair
) -> Iterator[PageError]:
    zh, en = pair.sections["zh"], pair.sections["en"]
    for key, section in zh.items():
        if key in en and key not in synced_sections:
            yield PageError(
                section.location,
                f"section `#{section.id}` was never declared in sync with {en[key].location}",
                f"When both say the same: `make synced page={format_target(key)}`.",
            )
    for key, synced in synced_sections.items():
        if key not in zh and key not in en:
            yield PageError(
                Location(SYNC_FILE_PATH, synced.line),
                f"{uri} has no section `#{key.partition('#')[2]}`",
                f"Take it out: `make synced page={format_target(key)}`.",
            )


def format_target(key: str) -> str:
    """Return how one types a page or a section: without the file's ending."""
    uri, mark, section = key.partition("#")
    return uri.removesuffix(".md").removesuffix(".py") + mark + section


def describe_change(change: SectionChange) -> str:
    """Return what `make stale` says about a change: both locations, and what to do."""
    zh, en = change.sections["zh"], change.sections["en"]
    command = f"make synced page={format_target(zh.key)}"
    if len(change.languages) > 1:
        return (
            f"{zh.location}: section `#{zh.id}` changed here and at {en.location} since both were "
            f"compared. Compare them, then: `{command}`."
        )
    (language,) = change.languages
    newer, older = change.sections[language], change.sections[get_other_language(language)]
    return (
        f"{older.location}: section `#{older.id}` is behind {newer.location}. "
        f"Bring it up to date, then: `{command}`; if that was a typo: `{command} typo={language}`."
    )

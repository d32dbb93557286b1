"""TODO docstring."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from asrun.base.errors import Location, PageError, ProjectError
from asrun.base.languages import LANGUAGES, get_other_language
from asrun.pages.page import Page
from asrun.translation.parity import compare_translations
from asrun.translation.staleness import (
    PagePair,
    find_section_changes,
    format_target,
    pair_pages,
    split_sections,
)
from asrun.translation.sync_file import SyncedSection, SyncRecord

_PAGE_ENDINGS = ("", ".md", ".py")
_TARGET_PATTERN = re.compile(r"(?:docs/(?P<language>\w+)/)?(?P<uri>[^#]+)(?:#(?P<id>[\w-]+))?$")


def declare_in_sync(sync: SyncRecord, pages: Sequence[Page], target: str) -> SyncRecord:
    """Declare that a page, or one section of it, says the same in both languages now.

    ``target`` is ``tensors/joining`` or ``tensors/joining#cat``. What is gone is taken out.

    Raises:
        ProjectError: if there is no such page or section.
        PageError: if the pair differs in what parity compares.
    """
    uri, section_id, _ = _resolve_target(sync, pages, target)
    pair_by_uri = pair_pages(pages)
    if uri not in pair_by_uri:
        if any(page.uri == uri for page in pages):
            raise PageError(
                Location(f"docs/zh/{uri}"), "not there in both languages, or unreadable", "Mend it."
            )
        return {key: entry for key, entry in sync.items() if key.partition("#")[0] != uri}
    current_sections = _compute_synced_sections(pair_by_uri[uri])
    chosen_keys = (
        {f"{uri}#{section_id}"}
        if section_id
        else {*current_sections, *_list_section_keys(sync, uri)}
    )
    if unknown_keys := chosen_keys - {*current_sections, *sync}:
        raise ProjectError(
            Location(f"docs/zh/{uri}"), f"no section {min(unknown_keys)}", "Mend its name."
        )
    remaining_sections = {key: entry for key, entry in sync.items() if key not in chosen_keys}
    return remaining_sections | {
        key: entry for key, entry in current_sections.items() if key in chosen_keys
    }


def declare_new_sections(sync: SyncRecord, pages: Sequence[Page]) -> SyncRecord:
    """Declare in sync what was never declared, and take out what is gone; the rest stays.

    Raises:
        PageError: if a pair with something new differs in what parity compares.
    """
    page_uris = {page.uri for page in pages}
    updated_sections = {
        key: entry for key, entry in sync.items() if key.partition("#")[0] in page_uris
    }
    for uri, pair in pair_pages(pages).items():
        keys = {key for language in LANGUAGES for key in split_sections(pair[language])}
        if keys != _list_section_keys(sync, uri):
            current_sections = _compute_synced_sections(pair)
            updated_sections = {
                key: entry
                for key, entry in updated_sections.items()
                if key not in _list_section_keys(sync, uri) - keys
            }
            updated_sections = current_sections | updated_sections
    return updated_sections


def declare_typo(sync: SyncRecord, pages: Sequence[Page], target: str) -> SyncRecord:
    """Declare that what changed on a page, or in one section of it, is spelling alone.

    ``target`` is a file, ``docs/en/tensors/joining.md``, or a section of it. Its counterpart is
    then not behind.

    Raises:
        ProjectError: if there is no such page or section, or nothing changed in it.
        PageError: if the counterpart changed too, or more changed than spelling: a number, a
            negation, code, a table, a link, a block more or less.
    """
    uri, section_id, language = _resolve_target(sync, pages, target)
    if language is None:
        raise ProjectError(
            Location(target),
            "in which language?",
            f"Name the file: docs/en/{uri} or docs/zh/{uri}.",
        )
    pair = pair_pages(pages).get(uri)
    if pair is None:
        raise ProjectError(Location(target), "not there in both languages", "Mend it.")
    _require_parity(pair)
    page_changes = [
        change
        for change in find_section_changes(sync, pair)
        if language in change.languages and section_id in (None, change.sections[language].id)
    ]
    if not page_changes:
        raise ProjectError(
            Location(target), "nothing changed here since the last sync", "`make stale` lists it."
        )
    updated_sections = dict(sync)
    for change in page_changes:
        own_section = change.sections[language]
        hint = f"Compare both, then: `make synced page={format_target(own_section.key)}`."
        if len(change.languages) > 1:
            other_section = change.sections[get_other_language(language)]
            raise PageError(own_section.location, f"{other_section.location} changed too", hint)
        if own_section.digest.facts != sync[own_section.key].digests[language].facts:
            raise PageError(
                own_section.location,
                f"more than a typo changed in `#{own_section.id}`: a number, a negation, code, a table, "
                "or the number of its paragraphs",
                hint,
            )
        entry = sync[own_section.key]
        digests = {**entry.digests, language: own_section.digest}
        updated_sections[own_section.key] = replace(entry, digests=digests)
    return updated_sections


def _resolve_target(
    sync: SyncRecord, pages: Sequence[Page], target: str
) -> tuple[str, str | None, str | None]:
    """Return URI, section and language of what somebody typed."""
    match = _TARGET_PATTERN.match(target)
    known_uris = {page.uri for page in pages} | {key.partition("#")[0] for key in sync}
    for ending in _PAGE_ENDINGS:
        if match and (uri := match["uri"] + ending) in known_uris:
            return uri, match["id"], match["language"]
    raise ProjectError(
        Location("docs/zh"),
        f"no page `{target}`",
        "Name one as it stands there: `tensors/joining`.",
    )


def _list_section_keys(sync: SyncRecord, uri: str) -> set[str]:
    return {key for key in sync if key.partition("#")[0] == uri}


def _compute_synced_sections(pair: PagePair) -> dict[str, SyncedSection]:
    """Return what a pair says now, as in sync."""
    _require_parity(pair)
    zh, en = (split_sections(pair[language]) for language in LANGUAGES)
    return {key: SyncedSection({"zh": zh[key].digest, "en": en[key].digest}) for key in zh}


def _require_parity(pair: PagePair) -> None:
    for error in compare_translations(pair["zh"], pair["en"]):
        raise error

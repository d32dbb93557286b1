"""Declarations: that sections say the same in both languages now, or that only spelling changed.

Nothing is written here: what the sync file says goes in and comes out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from asrun.base.errors import Location, PageError, ProjectError
from asrun.base.languages import get_other_language
from asrun.pages.page import Page
from asrun.translation.parity import compare_translations
from asrun.translation.sections import PagePair, pair_pages
from asrun.translation.staleness import find_section_changes, format_target
from asrun.translation.sync_file import SyncedSection, SyncRecord

_PAGE_ENDINGS = ("", ".md", ".py")
_TARGET_PATTERN = re.compile(r"(?:docs/(?P<language>\w+)/)?(?P<uri>[^#]+)(?:#(?P<id>[\w-]+))?$")


def declare_in_sync(sync: SyncRecord, pages: Sequence[Page], target: str) -> SyncRecord:
    """Return the record after a page, or one section of it, was declared to say the same.

    What is gone is taken out.

    Args:
        sync: what was declared before.
        pages: all pages, in both languages.
        target: ``tensors/joining``, or ``tensors/joining#cat``.

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
        return {key: synced for key, synced in sync.items() if key.partition("#")[0] != uri}
    current_sections = _compute_synced_sections(pair_by_uri[uri])
    keys = {*current_sections, *_list_section_keys(sync, uri)}
    if section_id:
        key = f"{uri}#{section_id}"
        if key not in keys:
            raise ProjectError(Location(f"docs/zh/{uri}"), f"no section {key}", "Mend its name.")
        keys = {key}
    other_sections = {key: synced for key, synced in sync.items() if key not in keys}
    return other_sections | {key: synced for key, synced in current_sections.items() if key in keys}


def declare_new_sections(sync: SyncRecord, pages: Sequence[Page]) -> SyncRecord:
    """Return the record with what was never declared as in sync, and without what is gone.

    What was declared before stays as it is, also where it is behind.

    Raises:
        PageError: if a pair with something new differs in what parity compares.
    """
    page_uris = {page.uri for page in pages}
    updated_sync = {
        key: synced for key, synced in sync.items() if key.partition("#")[0] in page_uris
    }
    for uri, pair in pair_pages(pages).items():
        keys = {key for sections in pair.sections.values() for key in sections}
        declared_keys = _list_section_keys(sync, uri)
        if keys != declared_keys:
            for key in declared_keys - keys:
                del updated_sync[key]
            updated_sync = _compute_synced_sections(pair) | updated_sync
    return updated_sync


def declare_typo(sync: SyncRecord, pages: Sequence[Page], target: str) -> SyncRecord:
    """Return the record after changes were declared to be of spelling alone.

    The page in the other language is then not behind.

    Args:
        sync: what was declared before.
        pages: all pages, in both languages.
        target: the file that changed, ``docs/en/tensors/joining.md``, or a section of it,
            ``docs/en/tensors/joining.md#cat``.

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
    updated_sync = dict(sync)
    for change in page_changes:
        own_section = change.sections[language]
        hint = f"Compare both, then: `make synced page={format_target(own_section.key)}`."
        if len(change.languages) > 1:
            other_section = change.sections[get_other_language(language)]
            raise PageError(own_section.location, f"{other_section.location} changed too", hint)
        if own_section.digest.facts != sync[own_section.key].digests[language].facts:
            raise PageError(
                own_section.location,
                f"more than a typo changed in `#{own_section.id}`: a number, a negation, code, "
                "a table, or the number of its paragraphs",
                hint,
            )
        synced = sync[own_section.key]
        digests = {**synced.digests, language: own_section.digest}
        updated_sync[own_section.key] = replace(synced, digests=digests)
    return updated_sync


def _resolve_target(
    sync: SyncRecord, pages: Sequence[Page], target: str
) -> tuple[str, str | None, str | None]:
    """Return the URI, the section's id and the language of what somebody typed.

    Raises:
        ProjectError: if there is no such page, nor was one declared in sync.
    """
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
    """Return what a pair says now, as if it were declared in sync.

    Raises:
        PageError: if the pair differs in what parity compares.
    """
    _require_parity(pair)
    zh, en = pair.sections["zh"], pair.sections["en"]
    return {key: SyncedSection({"zh": zh[key].digest, "en": en[key].digest}) for key in zh}


def _require_parity(pair: PagePair) -> None:
    for error in compare_translations(pair.pages["zh"], pair.pages["en"]):
        raise error

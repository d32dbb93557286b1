"""The sync file, `docs/sync.toml`: what each section said when both languages were compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from asrun.base.errors import Location, PageError
from asrun.base.languages import LANGUAGES
from asrun.base.toml import parse_toml
from asrun.translation.section_digest import SectionDigest

SYNC_FILE_PATH = "docs/sync.toml"
_HEADER = """\
# What each section said, in each language, when both were last declared to say the same: a hash of
# its words, then one of the facts in them. `make synced` writes this, `make stale` lists changes.
# After a merge conflict keep either line, compare the section, and declare it again.
# Where a page moved, change its name here.
"""
_CONFLICT_HINT = (
    "After a merge keep one line a section, compare it on both pages, and declare it again: "
    "`make synced page=CHAPTER/PAGE#SECTION`."
)


@dataclass(frozen=True)
class SyncedSection:
    """What a section said in each language when both were declared to say the same.

    ``line`` is its line in the file.
    """

    digests: Mapping[str, SectionDigest]
    line: int = 1


SyncRecord = Mapping[str, SyncedSection]  # by the section's key, ``tensors/joining.md#cat``


def parse_sync_file(text: str) -> SyncRecord:
    """Return what the file's text says.

    Raises:
        PageError: for what is not TOML (the marks of a merge conflict, a section twice), or a line
            that holds something else.
    """
    data = parse_toml(text, SYNC_FILE_PATH, _CONFLICT_HINT)
    line_by_key = {
        line.split('"')[1]: number
        for number, line in enumerate(text.splitlines(), 1)
        if line.startswith('"')
    }
    synced_sections = {}
    for key, entry in data.items():
        location = Location(SYNC_FILE_PATH, line_by_key.get(key, 1))
        try:
            digests = {name: SectionDigest(*entry[name].split("-")) for name in LANGUAGES}
        except (KeyError, TypeError, AttributeError) as error:
            raise PageError(location, f"not a line of ours: `{key}`", _CONFLICT_HINT) from error
        synced_sections[key] = SyncedSection(digests, location.line)
    return synced_sections


def format_sync_file(sync: SyncRecord) -> str:
    """Return the file's text: one line a section, each whole by itself, so that merges are easy."""
    lines = (
        f'"{key}" = {{ zh = "{synced.digests["zh"]}", en = "{synced.digests["en"]}" }}\n'
        for key, synced in sorted(sync.items())
    )
    return _HEADER + "".join(lines)

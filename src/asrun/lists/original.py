"""The document that this handbook rebuilds: what became of its code blocks, and its errors.

One data file holds it all. Pages show it as lists, and the site publishes it as JSON.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from asrun.base.errors import Location, PageError
from asrun.base.toml import parse_toml
from asrun.lists.locations import SnippetLocations

ORIGINAL_DATA_PATH = "docs/source.toml"
BLOCK_STATUSES = ("unchanged", "completed", "corrected", "replaced")
ERRATUM_KINDS = ("wrong", "misleading", "outdated", "incomplete")


@dataclass(frozen=True)
class OriginalBlock:
    """A code block of the document, and what became of it.

    ``lines`` are the document's, first and last. The block lives on in ``snippets``, or else in a
    ``section`` (``tensors/joining.md#cat``). ``line`` is that of the data file.
    """

    id: str
    lines: tuple[int, int]
    title: Mapping[str, str]
    status: str
    snippets: tuple[str, ...]
    section: str | None
    line: int

    @property
    def chapter(self) -> str:
        """The folder of what it became."""
        return _get_chapter(self.snippets, self.section)

    @property
    def anchor(self) -> str:
        """The id of its entry in a list."""
        return self.id.lower()


@dataclass(frozen=True)
class Erratum:
    """An error of the document: what it claims, what is right, and what proves that.

    ``lines`` are the document's, ``blocks`` the ids of those that have the error. The proof is in
    ``snippets``, or else in a ``section``. ``line`` is that of the data file.
    """

    id: str
    kind: str
    lines: tuple[int, ...]
    blocks: tuple[str, ...]
    claim: Mapping[str, str]
    correction: Mapping[str, str]
    snippets: tuple[str, ...]
    section: str | None
    line: int

    @property
    def chapter(self) -> str:
        """The folder of its proof; ``document`` if that is no chapter's."""
        return _get_chapter(self.snippets, self.section)

    @property
    def anchor(self) -> str:
        """The id of its entry in a list."""
        return self.id.lower()


@dataclass(frozen=True)
class OriginalDocument:
    """The whole data file."""

    blocks: tuple[OriginalBlock, ...] = ()
    errata: tuple[Erratum, ...] = ()

    def get_errata(self, block: OriginalBlock) -> tuple[Erratum, ...]:
        """Return the errors of a block."""
        return tuple(erratum for erratum in self.errata if block.id in erratum.blocks)


def parse_original(text: str) -> OriginalDocument:
    """Return what the data file's text says.

    Raises:
        PageError: for what is not TOML, a field that is missing or unknown, an id that is there
            twice.
    """
    data = parse_toml(text, ORIGINAL_DATA_PATH)
    line_by_id = _map_ids_to_lines(text)
    return OriginalDocument(
        tuple(_parse_block(entry, line_by_id) for entry in data.get("block", ())),
        tuple(_parse_erratum(entry, line_by_id) for entry in data.get("erratum", ())),
    )


def _parse_block(entry: Mapping[str, Any], line_by_id: Mapping[str, int]) -> OriginalBlock:
    line = line_by_id.get(entry.get("id", ""), 1)
    _check_keys(entry, line, {"id", "lines", "title", "status"}, {"snippets", "at"})
    return OriginalBlock(
        id=entry["id"],
        lines=tuple(entry["lines"]),
        title=entry["title"],
        status=entry["status"],
        snippets=tuple(entry.get("snippets", ())),
        section=entry.get("at"),
        line=line,
    )


def _parse_erratum(entry: Mapping[str, Any], line_by_id: Mapping[str, int]) -> Erratum:
    line = line_by_id.get(entry.get("id", ""), 1)
    required_keys = {"id", "kind", "lines", "blocks", "says", "right"}
    _check_keys(entry, line, required_keys, {"proof", "at"})
    return Erratum(
        id=entry["id"],
        kind=entry["kind"],
        lines=tuple(entry["lines"]),
        blocks=tuple(entry["blocks"]),
        claim=entry["says"],
        correction=entry["right"],
        snippets=tuple(entry.get("proof", ())),
        section=entry.get("at"),
        line=line,
    )


def _check_keys(
    entry: Mapping[str, Any], line: int, required: set[str], optional: set[str]
) -> None:
    keys = set(entry)
    if wrong_keys := sorted((required - keys) | (keys - required - optional)):
        name = entry.get("id", "an entry")
        message = f"{name}: {', '.join(wrong_keys)} missing or unknown"
        raise _make_data_error(line, message, "Mend it.")


def _map_ids_to_lines(text: str) -> dict[str, int]:
    line_by_id: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if match := re.match(r'id = "(\w+)"', line):
            if match[1] in line_by_id:
                raise _make_data_error(number, f"{match[1]} is there twice", "Keep one.")
            line_by_id[match[1]] = number
    return line_by_id


def find_original_problems(
    original: OriginalDocument, locations: SnippetLocations
) -> Iterator[PageError]:
    """Yield what is wrong with the entries: words that are none, snippets that no page shows."""
    block_ids = {block.id for block in original.blocks}
    for block in original.blocks:
        if block.status not in BLOCK_STATUSES:
            message = f"{block.id}: no status `{block.status}`"
            yield _make_data_error(block.line, message, _suggest_choices(BLOCK_STATUSES))
        if block.status == "corrected" and not original.get_errata(block):
            message = f"{block.id}: corrected, and no erratum"
            yield _make_data_error(block.line, message, "Say what of.")
        yield from _find_location_problems(block, locations)
    for erratum in original.errata:
        if erratum.kind not in ERRATUM_KINDS:
            message = f"{erratum.id}: no kind `{erratum.kind}`"
            yield _make_data_error(erratum.line, message, _suggest_choices(ERRATUM_KINDS))
        for unknown_id in sorted(set(erratum.blocks) - block_ids):
            message = f"{erratum.id}: no block {unknown_id}"
            yield _make_data_error(erratum.line, message, "Mend the id.")
        yield from _find_location_problems(erratum, locations)


def _find_location_problems(
    entry: OriginalBlock | Erratum, locations: SnippetLocations
) -> Iterator[PageError]:
    """Yield what is wrong with where an entry says that it lives."""
    if not entry.snippets and not entry.section:
        message = f"{entry.id}: neither snippets nor `at`"
        yield _make_data_error(entry.line, message, "Say where it lives.")
    for name in entry.snippets:
        if name not in locations.section_by_snippet:
            message = f"{entry.id}: no page shows {name}"
            yield _make_data_error(entry.line, message, "Mend the name, or show it.")
    if entry.section and entry.section not in locations.title_by_section:
        message = f"{entry.id}: no section {entry.section}"
        yield _make_data_error(entry.line, message, "Mend the link.")


def build_source_json(
    original: OriginalDocument, locations: SnippetLocations
) -> list[dict[str, Any]]:
    """Return what ``source.json`` holds: one entry a block."""
    return [
        {
            "id": block.id,
            "lines": list(block.lines),
            "title": dict(block.title),
            "status": block.status,
            "snippets": [f"snippets/{name}" for name in block.snippets],
            "pages": _list_section_urls(block, locations),
            "errata": [erratum.id for erratum in original.get_errata(block)],
        }
        for block in original.blocks
    ]


def _list_section_urls(block: OriginalBlock, locations: SnippetLocations) -> list[str]:
    """Return the sections that show a block's snippets, each as ``tensors/joining/#cat``."""
    sections = (
        [locations.section_by_snippet.get(name) for name in block.snippets]
        if block.snippets
        else [block.section]
    )
    urls = [section.replace(".md", "/").removeprefix("index/") for section in sections if section]
    return list(dict.fromkeys(urls))


def _get_chapter(snippets: Sequence[str], section: str | None) -> str:
    parts = PurePosixPath(snippets[0] if snippets else section or "").parts
    return parts[0] if len(parts) > 1 else "document"


def _suggest_choices(words: Sequence[str]) -> str:
    return f"Write one of {', '.join(words)}."


def _make_data_error(line: int, message: str, hint: str) -> PageError:
    return PageError(Location(ORIGINAL_DATA_PATH, line), message, hint)

"""The source map: where each block of the document that this handbook rebuilds lives now.

And what was wrong with it, each error with its proof. One data file holds it all; pages show it as
lists, and the site publishes it as JSON.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from asrun.base.errors import Location, PageError
from asrun.base.toml import parse_toml
from asrun.lists.tables import SnippetLocations
from asrun.pages.page import Page
from asrun.pages.urls import make_relative_link

ORIGINAL_DATA_PATH = "docs/source.toml"
BLOCK_STATUSES = ("unchanged", "completed", "corrected", "replaced")
ERRATUM_KINDS = ("wrong", "misleading", "outdated", "incomplete")
_ORIGINAL_WORDS: Mapping[str, Mapping[str, str]] = {
    "zh": {
        "unchanged": "原样",
        "completed": "补全",
        "corrected": "改正",
        "replaced": "换掉",
        "wrong": "错误",
        "misleading": "误导",
        "outdated": "过时",
        "incomplete": "不全",
        "tensors": "张量",
        "data": "数据",
        "training": "训练",
        "chapter": "章",
        "all": "合计",
        "block": "块",
        "lives": "现在在",
        "code": "代码",
        "line": "第 {} 行",
        "says": "原文：",
        "right": "现在：",
        "proof": "证据：",
        "joint": "、",
    },
    "en": {
        "unchanged": "unchanged",
        "completed": "completed",
        "corrected": "corrected",
        "replaced": "replaced",
        "wrong": "wrong",
        "misleading": "misleading",
        "outdated": "outdated",
        "incomplete": "incomplete",
        "tensors": "Tensors",
        "data": "Data",
        "training": "Training",
        "chapter": "Chapter",
        "all": "All",
        "block": "Block",
        "lives": "Lives in",
        "code": "Code",
        "line": "line {}",
        "says": "It says: ",
        "right": "Now: ",
        "proof": "Proof: ",
        "joint": ", ",
    },
}


@dataclass(frozen=True)
class OriginalBlock:
    """A code block of the document, and what became of it.

    ``lines`` are the document's, first and last. It lives on in ``snippets``, or else in the
    section ``at`` (``tensors/joining.md#cat``). ``line`` is that of the data file.
    """

    id: str
    lines: tuple[int, int]
    title: Mapping[str, str]
    status: str
    snippets: tuple[str, ...]
    at: str | None
    line: int

    @property
    def chapter(self) -> str:
        """The folder of what it became."""
        return _get_chapter(self.snippets, self.at)


@dataclass(frozen=True)
class Erratum:
    """An error of the document: what it says, what is right, and the snippets that prove it."""

    id: str
    kind: str
    lines: tuple[int, ...]
    blocks: tuple[str, ...]
    says: Mapping[str, str]
    right: Mapping[str, str]
    proof: tuple[str, ...]
    at: str | None
    line: int

    @property
    def chapter(self) -> str:
        """The folder of its proof; ``document`` if that is no chapter's."""
        return _get_chapter(self.proof, self.at)


@dataclass(frozen=True)
class OriginalDocument:
    """The whole data file."""

    blocks: tuple[OriginalBlock, ...] = ()
    errata: tuple[Erratum, ...] = ()

    def get_errata(self, block: OriginalBlock) -> tuple[Erratum, ...]:
        """Return the errors of a block."""
        return tuple(erratum for erratum in self.errata if block.id in erratum.blocks)


def parse_original(text: str) -> OriginalDocument:
    """Read the data file.

    Raises:
        PageError: for what is not TOML, a field that is missing, an id that is there twice.
    """
    data = parse_toml(text, ORIGINAL_DATA_PATH)
    lines = _map_ids_to_lines(text)
    blocks = tuple(_build_entry(OriginalBlock, entry, lines) for entry in data.get("block", ()))
    errata = tuple(_build_entry(Erratum, entry, lines) for entry in data.get("erratum", ()))
    return OriginalDocument(blocks, errata)


def find_original_problems(
    original: OriginalDocument, locations: SnippetLocations
) -> Iterator[PageError]:
    """Yield what is wrong with the map: words that are none, snippets that no page shows."""
    block_ids = {block.id for block in original.blocks}
    for block in original.blocks:
        if block.status not in BLOCK_STATUSES:
            yield _make_data_error(
                block.line,
                f"{block.id}: no status `{block.status}`",
                _suggest_choices(BLOCK_STATUSES),
            )
        if block.status == "corrected" and not original.get_errata(block):
            yield _make_data_error(
                block.line, f"{block.id}: corrected, and no erratum", "Say what of."
            )
        yield from _find_location_problems(block, block.snippets, locations)
    for erratum in original.errata:
        if erratum.kind not in ERRATUM_KINDS:
            yield _make_data_error(
                erratum.line,
                f"{erratum.id}: no kind `{erratum.kind}`",
                _suggest_choices(ERRATUM_KINDS),
            )
        for unknown_id in sorted(set(erratum.blocks) - block_ids):
            yield _make_data_error(
                erratum.line, f"{erratum.id}: no block {unknown_id}", "Mend the id."
            )
        yield from _find_location_problems(erratum, erratum.proof, locations)


def list_anchors(original: OriginalDocument, name: str) -> list[str]:
    """Return the ids that a list puts on its page."""
    kind, _, chapter = name.partition(" ")
    entries_by_list: Mapping[str, Sequence[OriginalBlock | Erratum]]
    entries_by_list = {"blocks": original.blocks, "errata": original.errata}
    return [entry.id.lower() for entry in entries_by_list.get(kind, ()) if entry.chapter == chapter]


def render_original_list(
    original: OriginalDocument, name: str, page: Page, locations: SnippetLocations
) -> list[tuple[str, Location]]:
    """Return the Markdown of a list, each line with its place in the data file.

    Args:
        source: the map.
        name: ``statuses``, ``blocks CHAPTER`` or ``errata CHAPTER``.
        page: the page to show it on.
        shown: where its language shows the snippets.

    Raises:
        KeyError: if there is no such list.
    """
    kind, _, chapter = name.partition(" ")
    words = _ORIGINAL_WORDS[page.language]
    if kind == "statuses":
        return _render_status_table(original, words)
    blocks = [block for block in original.blocks if block.chapter == chapter]
    errata = [erratum for erratum in original.errata if erratum.chapter == chapter]
    if kind == "blocks" and blocks:
        header = f"| {words['block']} | {words['lives']} | {words['code']} |"
        rows = [
            (header, Location(ORIGINAL_DATA_PATH)),
            ("|---|---|---|", Location(ORIGINAL_DATA_PATH)),
        ]
        return rows + [
            (
                _render_block_row(original, block, page, locations, words),
                Location(ORIGINAL_DATA_PATH, block.line),
            )
            for block in blocks
        ]
    if kind == "errata" and errata:
        return [
            (text, Location(ORIGINAL_DATA_PATH, erratum.line))
            for erratum in errata
            for text in _render_erratum(erratum, page, locations, words)
        ]
    raise KeyError(name)


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
            "pages": list(dict.fromkeys(_list_section_urls(block.snippets, block.at, locations))),
            "errata": [erratum.id for erratum in original.get_errata(block)],
        }
        for block in original.blocks
    ]


def _list_section_urls(
    names: Sequence[str], section: str | None, locations: SnippetLocations
) -> list[str]:
    """Return the sections that show these snippets, each as ``tensors/joining/#cat``."""
    section_uris = (
        [locations.section_by_snippet.get(name) for name in names] if names else [section]
    )
    return [uri.replace(".md", "/").removeprefix("index/") for uri in section_uris if uri]


def _render_block_row(
    original: OriginalDocument,
    block: OriginalBlock,
    page: Page,
    locations: SnippetLocations,
    words: Mapping[str, str],
) -> str:
    main_section = block.at or locations.section_by_snippet[block.snippets[0]]
    section_link = f"[{block.title[page.language]}]({make_relative_link(main_section, page)})"
    proof_links = _render_proof_links(block.snippets, None, page, locations)
    erratum_links = [
        f"[{erratum.id}]({make_relative_link(f'source/errata.md#{erratum.id.lower()}', page)})"
        for erratum in original.get_errata(block)
    ]
    return (
        f"| **{block.id}**{{ #{block.id.lower()} }} "
        f"| {'<br>'.join(filter(None, (section_link, ' '.join(proof_links))))} "
        f"| {' '.join((words[block.status], *erratum_links))} |"
    )


def _render_erratum(
    erratum: Erratum, page: Page, locations: SnippetLocations, words: Mapping[str, str]
) -> Iterator[str]:
    line_numbers = words["line"].format(words["joint"].join(map(str, erratum.lines)))
    block_links = [
        f"[{block}]({make_relative_link(f'source/blocks.md#{block.lower()}', page)})"
        for block in erratum.blocks
    ]
    label = f"**{erratum.id}**{{ #{erratum.id.lower()} }}"
    yield " · ".join((label, words[erratum.kind], line_numbers, *block_links))
    yield ""
    yield f"> {words['says']}{erratum.says[page.language]}"
    yield ""
    proof_links = words["joint"].join(
        _render_proof_links(erratum.proof, erratum.at, page, locations)
    )
    yield f"{words['right']}{erratum.right[page.language]}"
    yield ""
    yield f"{words['proof']}{proof_links}"
    yield ""


def _render_proof_links(
    names: Sequence[str], section: str | None, page: Page, locations: SnippetLocations
) -> Iterator[str]:
    for name in names:
        stem = PurePosixPath(name).stem
        yield f"[`{stem}`]({make_relative_link(locations.section_by_snippet[name], page)})"
    if section:
        yield f"[{locations.title_by_section[section]}]({make_relative_link(section, page)})"


def _render_status_table(
    original: OriginalDocument, words: Mapping[str, str]
) -> list[tuple[str, Location]]:
    chapters = list(dict.fromkeys(block.chapter for block in original.blocks))
    rows = [
        [words["chapter"], *(words[status] for status in BLOCK_STATUSES), words["all"]],
        ["---"] * (len(BLOCK_STATUSES) + 2),
    ]
    for label, chapter_blocks in (
        *((words[name], [b for b in original.blocks if b.chapter == name]) for name in chapters),
        (words["all"], list(original.blocks)),
    ):
        counts = [
            sum(block.status == status for block in chapter_blocks) for status in BLOCK_STATUSES
        ]
        rows.append([label, *map(str, counts), str(len(chapter_blocks))])
    return [(f"| {' | '.join(row)} |", Location(ORIGINAL_DATA_PATH)) for row in rows]


def _find_location_problems(
    entry: OriginalBlock | Erratum, names: Sequence[str], locations: SnippetLocations
) -> Iterator[PageError]:
    if not names and not entry.at:
        yield _make_data_error(
            entry.line, f"{entry.id}: neither snippets nor `at`", "Say where it lives."
        )
    for name in names:
        if name not in locations.section_by_snippet:
            yield _make_data_error(
                entry.line, f"{entry.id}: no page shows {name}", "Mend the name, or show it."
            )
    if entry.at and entry.at not in locations.title_by_section:
        yield _make_data_error(entry.line, f"{entry.id}: no section {entry.at}", "Mend the link.")


def _get_chapter(names: Sequence[str], section: str | None) -> str:
    parts = PurePosixPath(names[0] if names else section or "").parts
    return parts[0] if len(parts) > 1 else "document"


def _build_entry(entry_class: type, entry: Mapping[str, Any], line_by_id: Mapping[str, int]) -> Any:
    line = line_by_id.get(entry.get("id", ""), 1)
    values: dict[str, Any] = {"snippets": (), "at": None, "proof": ()}
    values |= {key: tuple(v) if isinstance(v, list) else v for key, v in entry.items()}
    fields = set(entry_class.__dataclass_fields__) - {"line"}  # type: ignore[attr-defined]
    if wrong_fields := sorted((fields - set(values)) | (set(entry) - fields)):
        name = entry.get("id", "an entry")
        raise _make_data_error(
            line, f"{name}: {', '.join(wrong_fields)} missing or unknown", "Mend it."
        )
    return entry_class(**{name: values[name] for name in fields}, line=line)


def _map_ids_to_lines(text: str) -> dict[str, int]:
    line_by_id: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if match := re.match(r'id = "(\w+)"', line):
            if match[1] in line_by_id:
                raise _make_data_error(number, f"{match[1]} is there twice", "Keep one.")
            line_by_id[match[1]] = number
    return line_by_id


def _suggest_choices(words: Sequence[str]) -> str:
    return f"Write one of {', '.join(words)}."


def _make_data_error(line: int, message: str, hint: str) -> PageError:
    return PageError(Location(ORIGINAL_DATA_PATH, line), message, hint)

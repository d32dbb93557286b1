"""The lists about the original document: its blocks and errors by chapter, and the totals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from asrun.base.errors import Location
from asrun.lists.locations import SnippetLocations, render_snippet_link
from asrun.lists.original import (
    BLOCK_STATUSES,
    ORIGINAL_DATA_PATH,
    Erratum,
    OriginalBlock,
    OriginalDocument,
)
from asrun.pages.page import LocatedLines, Page
from asrun.pages.urls import make_relative_link

_BLOCKS_PAGE, _ERRATA_PAGE = "source/blocks.md", "source/errata.md"
_WORDS: Mapping[str, Mapping[str, str]] = {
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
        "section": "现在在",
        "code": "代码",
        "line": "第 {} 行",
        "claim": "原文：",
        "correction": "现在：",
        "proof": "证据：",
        "item separator": "、",
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
        "section": "Lives in",
        "code": "Code",
        "line": "line {}",
        "claim": "It says: ",
        "correction": "Now: ",
        "proof": "Proof: ",
        "item separator": ", ",
    },
}


def list_block_chapters(original: OriginalDocument) -> tuple[str, ...]:
    """Return the chapters that blocks of the document live on in, in the document's order."""
    return tuple(dict.fromkeys(block.chapter for block in original.blocks))


def list_erratum_chapters(original: OriginalDocument) -> tuple[str, ...]:
    """Return the chapters that prove errors of the document, in the document's order."""
    return tuple(dict.fromkeys(erratum.chapter for erratum in original.errata))


def list_block_anchors(original: OriginalDocument, chapter: str) -> list[str]:
    """Return the ids that the list of a chapter's blocks puts on its page."""
    return [block.anchor for block in original.blocks if block.chapter == chapter]


def list_erratum_anchors(original: OriginalDocument, chapter: str) -> list[str]:
    """Return the ids that the list of a chapter's errata puts on its page."""
    return [erratum.anchor for erratum in original.errata if erratum.chapter == chapter]


def render_statuses(page: Page, original: OriginalDocument) -> LocatedLines:
    """Return how many blocks of each chapter, and of all, have which status."""
    words = _WORDS[page.language]
    blocks_by_label = {
        words.get(chapter, chapter): [
            block for block in original.blocks if block.chapter == chapter
        ]
        for chapter in list_block_chapters(original)
    }
    blocks_by_label[words["all"]] = list(original.blocks)
    rows = [
        [words["chapter"], *(words[status] for status in BLOCK_STATUSES), words["all"]],
        ["---"] * (len(BLOCK_STATUSES) + 2),
    ]
    for label, blocks in blocks_by_label.items():
        counts = [sum(block.status == status for block in blocks) for status in BLOCK_STATUSES]
        rows.append([label, *map(str, counts), str(len(blocks))])
    return [(f"| {' | '.join(row)} |", Location(ORIGINAL_DATA_PATH)) for row in rows]


def render_blocks(
    page: Page, original: OriginalDocument, locations: SnippetLocations, chapter: str
) -> LocatedLines:
    """Return a chapter's blocks: where each lives now, what became of it, its errata."""
    words, location = _WORDS[page.language], Location(ORIGINAL_DATA_PATH)
    header = f"| {words['block']} | {words['section']} | {words['code']} |"
    rows = [
        (
            _render_block_row(original, block, page, locations),
            Location(ORIGINAL_DATA_PATH, block.line),
        )
        for block in original.blocks
        if block.chapter == chapter
    ]
    return [(header, location), ("|---|---|---|", location), *rows]


def render_errata(
    page: Page, original: OriginalDocument, locations: SnippetLocations, chapter: str
) -> LocatedLines:
    """Return a chapter's errata: what the document claims, what is right, what proves it."""
    return [
        (text, Location(ORIGINAL_DATA_PATH, erratum.line))
        for erratum in original.errata
        if erratum.chapter == chapter
        for text in _render_erratum(erratum, page, locations)
    ]


def _render_block_row(
    original: OriginalDocument, block: OriginalBlock, page: Page, locations: SnippetLocations
) -> str:
    words = _WORDS[page.language]
    section = block.section or locations.section_by_snippet[block.snippets[0]]
    section_link = f"[{block.title[page.language]}]({make_relative_link(section, page)})"
    snippet_links = [render_snippet_link(name, page, locations) for name in block.snippets]
    erratum_links = [
        f"[{erratum.id}]({make_relative_link(f'{_ERRATA_PAGE}#{erratum.anchor}', page)})"
        for erratum in original.get_errata(block)
    ]
    return (
        f"| **{block.id}**{{ #{block.anchor} }} "
        f"| {'<br>'.join(filter(None, (section_link, ' '.join(snippet_links))))} "
        f"| {' '.join((words[block.status], *erratum_links))} |"
    )


def _render_erratum(erratum: Erratum, page: Page, locations: SnippetLocations) -> Iterator[str]:
    words = _WORDS[page.language]
    separator = words["item separator"]
    line_numbers = words["line"].format(separator.join(map(str, erratum.lines)))
    block_links = [
        f"[{block_id}]({make_relative_link(f'{_BLOCKS_PAGE}#{block_id.lower()}', page)})"
        for block_id in erratum.blocks
    ]
    proof_links = [render_snippet_link(name, page, locations) for name in erratum.snippets]
    if erratum.section:
        title = locations.title_by_section[erratum.section]
        proof_links.append(f"[{title}]({make_relative_link(erratum.section, page)})")
    label = f"**{erratum.id}**{{ #{erratum.anchor} }}"
    yield " · ".join((label, words[erratum.kind], line_numbers, *block_links))
    yield ""
    yield f"> {words['claim']}{erratum.claim[page.language]}"
    yield ""
    yield f"{words['correction']}{erratum.correction[page.language]}"
    yield ""
    yield f"{words['proof']}{separator.join(proof_links)}"
    yield ""

"""The source map: where each block of the document that this handbook rebuilds lives now.

And what was wrong with it, each error with its proof. One data file holds it all; pages show it as
lists, and the site publishes it as JSON.
"""

from __future__ import annotations

import posixpath
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from asrun.errors import PageError, Place
from asrun.page import Page, outline

PATH = "docs/source.toml"
STATUSES = ("unchanged", "completed", "corrected", "replaced")
KINDS = ("wrong", "misleading", "outdated", "incomplete")

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
class Block:
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
        return _chapter(self.snippets, self.at)


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
        return _chapter(self.proof, self.at)


@dataclass(frozen=True)
class SourceMap:
    """The whole data file."""

    blocks: tuple[Block, ...] = ()
    errata: tuple[Erratum, ...] = ()

    def errata_of(self, block: Block) -> tuple[Erratum, ...]:
        """Return the errors of a block."""
        return tuple(erratum for erratum in self.errata if block.id in erratum.blocks)


def parse(text: str) -> SourceMap:
    """Read the data file.

    Raises:
        PageError: for what is not TOML, a field that is missing, an id that is there twice.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"line (\d+)", str(error))
        line = int(found[1]) if found else text.count("\n") + 1  # "at end of document"
        raise _error(line, f"not TOML: {error}", "Mend it.") from error
    lines = _lines_of_ids(text)
    blocks = tuple(_read(Block, entry, lines) for entry in data.get("block", ()))
    errata = tuple(_read(Erratum, entry, lines) for entry in data.get("erratum", ()))
    return SourceMap(blocks, errata)


def problems(source: SourceMap, shown: Sections) -> Iterator[PageError]:
    """Yield what is wrong with the map: words that are none, snippets that no page shows."""
    blocks = {block.id for block in source.blocks}
    for block in source.blocks:
        if block.status not in STATUSES:
            yield _error(block.line, f"{block.id}: no status `{block.status}`", _one_of(STATUSES))
        if block.status == "corrected" and not source.errata_of(block):
            yield _error(block.line, f"{block.id}: corrected, and no erratum", "Say what of.")
        yield from _nowhere(block, block.snippets, shown)
    for erratum in source.errata:
        if erratum.kind not in KINDS:
            yield _error(erratum.line, f"{erratum.id}: no kind `{erratum.kind}`", _one_of(KINDS))
        for unknown in sorted(set(erratum.blocks) - blocks):
            yield _error(erratum.line, f"{erratum.id}: no block {unknown}", "Mend the id.")
        yield from _nowhere(erratum, erratum.proof, shown)


@dataclass(frozen=True)
class Sections:
    """Where one language's pages show each snippet (``tensors/joining.md#cat``); all titles."""

    of: Mapping[str, str]
    titles: Mapping[str, str]


def sections(pages: Sequence[Page]) -> Sections:
    """Read the pages; a snippet that stands on several is told where its own chapter shows it."""
    shown: dict[str, list[str]] = {}
    titles: dict[str, str] = {}
    for page in pages:
        try:
            parts = outline(page)
        except PageError:
            continue
        titles |= {f"{page.uri}#{h.id}": h.title for h in parts.headings if h.id}
        for fence in parts.fences:
            if fence.includes:
                above = [h.id for h in parts.headings if h.line < fence.line and h.id]
                uri = f"{page.uri}#{above[-1]}" if above else page.uri
                shown.setdefault(fence.includes, []).append(uri)
    return Sections({name: min(uris, key=_aside(name)) for name, uris in shown.items()}, titles)


def _aside(name: str) -> Callable[[str], tuple[bool, bool]]:
    folder = f"{PurePosixPath(name).parent}/"
    return lambda uri: (not uri.startswith(folder), "summary" in uri)


def anchors(source: SourceMap, name: str) -> list[str]:
    """Return the ids that a list puts on its page."""
    kind, _, chapter = name.partition(" ")
    listed: Mapping[str, Sequence[Block | Erratum]]
    listed = {"blocks": source.blocks, "errata": source.errata}
    return [entry.id.lower() for entry in listed.get(kind, ()) if entry.chapter == chapter]


def lines_of(source: SourceMap, name: str, page: Page, shown: Sections) -> list[tuple[str, Place]]:
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
    words = _WORDS[page.language]
    if kind == "statuses":
        return _statuses(source, words)
    blocks = [block for block in source.blocks if block.chapter == chapter]
    errata = [erratum for erratum in source.errata if erratum.chapter == chapter]
    if kind == "blocks" and blocks:
        head = f"| {words['block']} | {words['lives']} | {words['code']} |"
        rows = [(head, Place(PATH)), ("|---|---|---|", Place(PATH))]
        return rows + [
            (_row(source, block, page, shown, words), Place(PATH, block.line)) for block in blocks
        ]
    if kind == "errata" and errata:
        return [
            (text, Place(PATH, erratum.line))
            for erratum in errata
            for text in _entry(erratum, page, shown, words)
        ]
    raise KeyError(name)


def entries(source: SourceMap, shown: Sections) -> list[dict[str, Any]]:
    """Return what ``source.json`` holds: one entry a block."""
    return [
        {
            "id": block.id,
            "lines": list(block.lines),
            "title": dict(block.title),
            "status": block.status,
            "snippets": [f"snippets/{name}" for name in block.snippets],
            "pages": list(dict.fromkeys(_sections(block.snippets, block.at, shown))),
            "errata": [erratum.id for erratum in source.errata_of(block)],
        }
        for block in source.blocks
    ]


def _sections(names: Sequence[str], at: str | None, shown: Sections) -> list[str]:
    """Return the sections that show these snippets, each as ``tensors/joining/#cat``."""
    found = [shown.of.get(name) for name in names] if names else [at]
    return [uri.replace(".md", "/").removeprefix("index/") for uri in found if uri]


def _row(
    source: SourceMap,
    block: Block,
    page: Page,
    shown: Sections,
    words: Mapping[str, str],
) -> str:
    first = block.at or shown.of[block.snippets[0]]
    lives = f"[{block.title[page.language]}]({_relative(first, page)})"
    links = _proofs(block.snippets, None, page, shown)
    errata = [
        f"[{erratum.id}]({_relative(f'source/errata.md#{erratum.id.lower()}', page)})"
        for erratum in source.errata_of(block)
    ]
    return (
        f"| **{block.id}**{{ #{block.id.lower()} }} "
        f"| {'<br>'.join(filter(None, (lives, ' '.join(links))))} "
        f"| {' '.join((words[block.status], *errata))} |"
    )


def _entry(
    erratum: Erratum, page: Page, shown: Sections, words: Mapping[str, str]
) -> Iterator[str]:
    lines = words["line"].format(words["joint"].join(map(str, erratum.lines)))
    blocks = [
        f"[{block}]({_relative(f'source/blocks.md#{block.lower()}', page)})"
        for block in erratum.blocks
    ]
    head = f"**{erratum.id}**{{ #{erratum.id.lower()} }}"
    yield " · ".join((head, words[erratum.kind], lines, *blocks))
    yield ""
    yield f"> {words['says']}{erratum.says[page.language]}"
    yield ""
    links = words["joint"].join(_proofs(erratum.proof, erratum.at, page, shown))
    yield f"{words['right']}{erratum.right[page.language]}"
    yield ""
    yield f"{words['proof']}{links}"
    yield ""


def _proofs(names: Sequence[str], at: str | None, page: Page, shown: Sections) -> Iterator[str]:
    for name in names:
        stem = PurePosixPath(name).stem
        yield f"[`{stem}`]({_relative(shown.of[name], page)})"
    if at:
        yield f"[{shown.titles[at]}]({_relative(at, page)})"


def _statuses(source: SourceMap, words: Mapping[str, str]) -> list[tuple[str, Place]]:
    chapters = list(dict.fromkeys(block.chapter for block in source.blocks))
    rows = [
        [words["chapter"], *(words[status] for status in STATUSES), words["all"]],
        ["---"] * (len(STATUSES) + 2),
    ]
    for label, chosen in (
        *((words[name], [b for b in source.blocks if b.chapter == name]) for name in chapters),
        (words["all"], list(source.blocks)),
    ):
        counts = [sum(block.status == status for block in chosen) for status in STATUSES]
        rows.append([label, *map(str, counts), str(len(chosen))])
    return [(f"| {' | '.join(row)} |", Place(PATH)) for row in rows]


def _nowhere(entry: Block | Erratum, names: Sequence[str], shown: Sections) -> Iterator[PageError]:
    if not names and not entry.at:
        yield _error(entry.line, f"{entry.id}: neither snippets nor `at`", "Say where it lives.")
    for name in names:
        if name not in shown.of:
            yield _error(
                entry.line, f"{entry.id}: no page shows {name}", "Mend the name, or show it."
            )
    if entry.at and entry.at not in shown.titles:
        yield _error(entry.line, f"{entry.id}: no section {entry.at}", "Mend the link.")


def _chapter(names: Sequence[str], at: str | None) -> str:
    parts = PurePosixPath(names[0] if names else at or "").parts
    return parts[0] if len(parts) > 1 else "document"


def _relative(uri: str, page: Page) -> str:
    path, mark, fragment = uri.partition("#")
    return posixpath.relpath(path, posixpath.dirname(page.uri) or ".") + mark + fragment


def _read(kind: type, entry: Mapping[str, Any], lines: Mapping[str, int]) -> Any:
    line = lines.get(entry.get("id", ""), 1)
    values: dict[str, Any] = {"snippets": (), "at": None, "proof": ()}
    values |= {key: tuple(v) if isinstance(v, list) else v for key, v in entry.items()}
    fields = set(kind.__dataclass_fields__) - {"line"}  # type: ignore[attr-defined]
    if wrong := sorted((fields - set(values)) | (set(entry) - fields)):
        name = entry.get("id", "an entry")
        raise _error(line, f"{name}: {', '.join(wrong)} missing or unknown", "Mend it.")
    return kind(**{name: values[name] for name in fields}, line=line)


def _lines_of_ids(text: str) -> dict[str, int]:
    lines: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if found := re.match(r'id = "(\w+)"', line):
            if found[1] in lines:
                raise _error(number, f"{found[1]} is there twice", "Keep one.")
            lines[found[1]] = number
    return lines


def _one_of(words: Sequence[str]) -> str:
    return f"Write one of {', '.join(words)}."


def _error(line: int, what: str, way_out: str) -> PageError:
    return PageError(Place(PATH, line), what, way_out)

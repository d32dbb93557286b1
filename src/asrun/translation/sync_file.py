"""TODO docstring."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from asrun.base.errors import Location, PageError
from asrun.base.files import compute_sha256
from asrun.base.languages import LANGUAGES
from asrun.base.toml import parse_toml
from asrun.pages.page import CODE_SPAN_OR_LINK_TARGET_PATTERN, CODE_SPAN_PATTERN

SYNC_FILE_PATH = "docs/sync.toml"
_SYNC_FILE_HEADER = """\
# What each section said, in each language, when both were last declared to say the same: a hash of
# its words, then one of the facts in them. `make synced` writes this, `make stale` lists changes.
# After a merge conflict keep either line, compare the section, and declare it again.
# Where a page moved, change its name here.
"""
# Where a block begins even though no blank line is above it.
_BLOCK_START = re.compile(r"\s*(?P<kind>[-*+] |\d+[.)] |[|>]|#{1,6} |!!! |\?\?\?)")
_CJK_CHARACTERS = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef"
_SPACE_AT_CJK = re.compile(rf"(?<=[{_CJK_CHARACTERS}]) | (?=[{_CJK_CHARACTERS}])")
_TABLE_RULE = re.compile(r"[|:\s-]+")
# What a correction of spelling leaves alone, besides code and tables: numbers, and "not".
_FACT_PATTERNS = {
    "zh": re.compile(r"\d+(?:[.,]\d+)*|[零一二两三四五六七八九十百千万半]+|[不没无非未别]"),
    "en": re.compile(
        r"\d+(?:[.,]\d+)*|\b(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|half|both|"
        r"first|second|third|once|twice|no|not|never|none|nothing|neither|nor|cannot|without)\b"
        r"|n['’]t\b",
        re.IGNORECASE,
    ),
}


@dataclass(frozen=True)
class SectionDigest:
    """What a section says: a hash of its words, and one of the facts among them.

    Facts are numbers, negations, code spans, tables, and what kinds of blocks follow each other.
    """

    words: str
    facts: str

    def __str__(self) -> str:
        return f"{self.words}-{self.facts}"


@dataclass(frozen=True)
class SyncedSection:
    """What a section said in each language when both were declared the same, and the line of it."""

    digests: Mapping[str, SectionDigest]
    line: int = 1


SyncRecord = Mapping[str, SyncedSection]


def parse_sync_file(text: str) -> SyncRecord:
    """Read the data file.

    Raises:
        PageError: for what is not TOML (the marks of a merge conflict, a section twice), or a line
            that holds something else.
    """
    hint = (
        "After a merge keep one line a section, compare it on both pages, and declare it again: "
        "`make synced page=CHAPTER/PAGE#SECTION`."
    )
    data = parse_toml(text, SYNC_FILE_PATH, hint)
    line_by_key = {
        line.partition('"')[2].partition('"')[0]: n for n, line in _number_entry_lines(text)
    }
    synced_sections = {}
    for key, entry in data.items():
        location = Location(SYNC_FILE_PATH, line_by_key.get(key, 1))
        try:
            digests = {name: SectionDigest(*entry[name].split("-")) for name in LANGUAGES}
        except (KeyError, TypeError, AttributeError) as error:
            raise PageError(location, f"not a line of ours: `{key}`", hint) from error
        synced_sections[key] = SyncedSection(digests, location.line)
    return synced_sections


def _number_entry_lines(text: str) -> Iterator[tuple[int, str]]:
    return ((n, line) for n, line in enumerate(text.splitlines(), 1) if line.startswith('"'))


def format_sync_file(sync: SyncRecord) -> str:
    """Return the data file: one line a section, each whole by itself, so that merges are easy."""
    lines = (
        f'"{key}" = {{ zh = "{synced.digests["zh"]}", en = "{synced.digests["en"]}" }}\n'
        for key, synced in sorted(sync.items())
    )
    return _SYNC_FILE_HEADER + "".join(lines)


def compute_section_digest(lines: Sequence[str], language: str) -> SectionDigest:
    blocks = list(_split_blocks(lines))
    facts = []
    for kind, text in blocks:
        code_spans = [match[0] for match in CODE_SPAN_PATTERN.finditer(text)]
        fact_words = _FACT_PATTERNS[language].findall(CODE_SPAN_PATTERN.sub("", text).lower())
        facts.append(repr((kind, code_spans, fact_words, text if kind == "|" else "")))
    return SectionDigest(_hash_parts(blocks, 12), _hash_parts(facts, 8))


def _hash_parts(parts: Sequence[object], digits: int) -> str:
    return compute_sha256("\n".join(map(str, parts)))[:digits]


def _split_blocks(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield kind and text of each block: how it is wrapped, padded and spaced does not count."""
    kind, text = "", ""
    for line in (*lines, ""):
        block_start = _BLOCK_START.match(line)
        if text and (block_start or not line.strip()):
            yield kind, _normalize_text(text)
            text = ""
        if block_start and block_start["kind"] == "|":
            if not _TABLE_RULE.fullmatch(line):
                yield (
                    "|",
                    "|".join(_normalize_text(cell) for cell in line.strip().strip("|").split("|")),
                )
        elif not text:
            indent = " " * (len(line) - len(line.lstrip()))
            kind, text = indent + (block_start["kind"].strip() if block_start else ""), line
        else:
            text += f" {line}"


def _normalize_text(text: str) -> str:
    text = CODE_SPAN_OR_LINK_TARGET_PATTERN.sub(
        lambda match: match["code"] or "](", " ".join(text.split())
    )
    return _SPACE_AT_CJK.sub("", text)

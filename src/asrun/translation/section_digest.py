"""The digest of a section: what it says, whatever its wrapping, and the facts that it states.

What both languages must have in common anyway is left out (programs, where links lead): it cannot
change in one language alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from asrun.base.files import compute_sha256
from asrun.pages.page import CODE_SPAN_OR_LINK_TARGET_PATTERN, CODE_SPAN_PATTERN

# Where a block of Markdown begins even if no blank line stands above it.
_BLOCK_START = re.compile(r"\s*(?P<kind>[-*+] |\d+[.)] |[|>]|#{1,6} |!!! |\?\?\?)")
_CJK_CHARACTERS = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef"
_SPACE_AT_CJK = re.compile(rf"(?<=[{_CJK_CHARACTERS}]) | (?=[{_CJK_CHARACTERS}])")
_TABLE_RULE = re.compile(r"[|:\s-]+")
# Words that a correction of spelling leaves as they are: numbers and negations.
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

    Facts are numbers, negations, code spans, tables, and which kinds of blocks follow each other.
    """

    words: str
    facts: str

    def __str__(self) -> str:
        return f"{self.words}-{self.facts}"


def compute_section_digest(lines: Sequence[str], language: str) -> SectionDigest:
    """Return the digest of a section, given its lines without programs and lists."""
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
    """Yield kind and text of each block, without how it is wrapped, padded and spaced."""
    kind, text = "", ""
    for line in (*lines, ""):
        block_start = _BLOCK_START.match(line)
        if text and (block_start or not line.strip()):
            yield kind, _normalize_text(text)
            text = ""
        if block_start and block_start["kind"] == "|":
            if not _TABLE_RULE.fullmatch(line):
                cells = line.strip().strip("|").split("|")
                yield "|", "|".join(map(_normalize_text, cells))
        elif not text:
            indent = " " * (len(line) - len(line.lstrip()))
            kind, text = indent + (block_start["kind"].strip() if block_start else ""), line
        else:
            text += f" {line}"


def _normalize_text(text: str) -> str:
    """Return a block in one line, without targets of links and spaces around Chinese."""
    text = CODE_SPAN_OR_LINK_TARGET_PATTERN.sub(
        lambda match: match["code"] or "](", " ".join(text.split())
    )
    return _SPACE_AT_CJK.sub("", text)

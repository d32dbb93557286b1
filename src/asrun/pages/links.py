"""Where in a Markdown text the targets of its links and images stand, as a parser reads it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from markdown_it import MarkdownIt
from markdown_it.helpers import parseLinkDestination, parseLinkLabel
from markdown_it.rules_inline import StateInline, image, link
from markdown_it.token import Token
from markdown_it.utils import EnvType

from asrun.base.text import FRONT_MATTER_PATTERN
from asrun.pages.boxes import find_boxes, unbox_lines

_DEFINITION_LABEL = re.compile(r"\[(?:\\.|[^\]\\])+\]:\s*", re.DOTALL)
_SPANS_KEY = "spans"


@dataclass(frozen=True, order=True)
class LinkTarget:
    """A target: where it begins and ends in the text, and what it says, unescaped.

    Angle brackets around it belong to what stands in the text.
    """

    start: int
    end: int
    target: str


def find_link_targets(text: str) -> list[LinkTarget]:
    """Return the targets of links, images and reference definitions, in order.

    What only looks like one, in code, HTML or front matter, is none. A definition counts once,
    whatever number of links refer to it.
    """
    lines = _blank_front_matter(text).split("\n")
    lines = unbox_lines(lines, list(find_boxes(lines)))
    starts = list(accumulate((len(line) + 1 for line in text.split("\n")), initial=0))
    env: dict[str, object] = {}
    tokens = _PARSER.parse("\n".join(lines), env)
    targets = {*_find_in_definitions(text, starts, env)}
    cursor_by_line: dict[int, int] = {}
    for token in tokens:
        if token.type == "inline" and token.map:
            targets.update(_find_in_inline(token, text, starts, env, cursor_by_line))
    return sorted(targets)


def _blank_front_matter(text: str) -> str:
    return FRONT_MATTER_PATTERN.sub(lambda match: "\n" * match[0].count("\n"), text)


def _find_in_definitions(text: str, starts: Sequence[int], env: EnvType) -> Iterator[LinkTarget]:
    for definition in env.get("references", {}).values():
        first_line, end_line = definition["map"]
        source = text[starts[first_line] : starts[end_line] - 1]
        if label := _DEFINITION_LABEL.search(source):
            result = parseLinkDestination(source, label.end(), len(source))
            if result.ok:
                offset = starts[first_line]
                yield LinkTarget(offset + label.end(), offset + result.pos, result.str)


def _find_in_inline(
    token: Token,
    text: str,
    starts: Sequence[int],
    env: EnvType,
    cursor_by_line: dict[int, int],
) -> Iterator[LinkTarget]:
    """Yield the targets in a paragraph, heading or cell; the parser knows its lines alone."""
    assert token.map is not None
    positions: list[int] = []  # of each character of the token's content
    for line, content in enumerate(token.content.split("\n"), token.map[0]):
        cursor = cursor_by_line.get(line, starts[line])
        end_of_line = starts[line + 1] - 1
        start = text.find(content, cursor, end_of_line)
        if start >= 0:
            positions += range(start, start + len(content) + 1)
        else:  # a cell, where `\|` stands for `|`
            escaped = content.replace("|", "\\|")
            start = text.find(escaped, cursor, end_of_line)
            if start < 0:
                return
            offset = start
            for character in content:
                offset += character == "|"
                positions.append(offset)
                offset += 1
            positions.append(offset)
        cursor_by_line[line] = positions[-1]
    spans: list[tuple[int, int, str]] = []
    _PARSER.inline.parse(token.content, _PARSER, {**env, _SPANS_KEY: spans}, [])
    for start, end, target in spans:
        yield LinkTarget(positions[start], positions[end], target)


def _record_spans(
    rule: Callable[[StateInline, bool], bool], label_offset: int
) -> Callable[[StateInline, bool], bool]:
    """Return an inline rule that also notes where the target of what it reads stands.

    Args:
        rule: markdown-it's own rule for links or for images.
        label_offset: how many characters stand before the label's bracket.
    """

    def apply(state: StateInline, silent: bool) -> bool:
        start = state.pos
        is_read = rule(state, silent)
        spans = state.env.get(_SPANS_KEY)
        if is_read and not silent and spans is not None and state.level >= 0:
            span = _find_span(state, start + label_offset)
            if span:
                spans.append(span)
        return is_read

    return apply


def _find_span(state: StateInline, label: int) -> tuple[int, int, str] | None:
    """Return where the target stands that follows a label; None if a definition has it."""
    end = state.pos
    state.pos = label
    label_end = parseLinkLabel(state, label, False)
    state.pos = end
    position = label_end + 1
    if label_end < 0 or state.src[position : position + 1] != "(":
        return None
    position += 1
    while state.src[position : position + 1].isspace():
        position += 1
    result = parseLinkDestination(state.src, position, len(state.src))
    return (position, result.pos, result.str) if result.ok and result.pos > position else None


def _make_parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark").enable("table")
    parser.core.ruler.disable("inline")  # each part is read with its own list of spans
    parser.inline.ruler.at("link", _record_spans(link, 0))
    parser.inline.ruler.at("image", _record_spans(image, 1))
    return parser


_PARSER = _make_parser()

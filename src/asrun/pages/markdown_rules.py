"""What a page may not hold, because some reader of Markdown would show it otherwise or not at all.

A page is read by this engine, by Python-Markdown for the site, and by whatever reads its Markdown
copy. Here it is read with markdown-it-py, as CommonMark has it: where its fences are others than
ours, or where there is HTML, a picture or indented code, somebody would see something that no
program printed, or would not see what one did.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from markdown_it import MarkdownIt
from markdown_it.token import Token

from asrun.base.errors import PageError
from asrun.pages.boxes import find_boxes, unbox_lines
from asrun.pages.page import (
    CODE_SPAN_PATTERN,
    DataList,
    FrontMatter,
    Page,
    PageStructure,
    Prose,
)

# Python-Markdown knows no `\\<`; unjoined, an escaped sign stays a token of its own.
_PARSER = MarkdownIt("commonmark").disable("text_join")
_COMMENT = re.compile(r"<!--(?P<text>.*?)-->", re.DOTALL)
_MARKER_COMMENT = re.compile(r"\s*(list|not run|reported)\b")
_PYTEST_COMMENT = re.compile(r"\s*pytest\b")
_SITE_LINK = re.compile(r"""<a href="(?![A-Za-z][\w+.-]*:|//)[^"<>]*">|</a>""")
_TAG = re.compile(r"<[A-Za-z/!?][^>\n]*>?")
_OTHER_LINE_BREAK = re.compile("[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_INCLUDE_MARK = "--8<--"
_FENCE_HINT = "Let it stand by itself, or in a list with four spaces before each of its lines."


def find_markdown_problems(page: Page, structure: PageStructure) -> Iterator[PageError]:
    """Yield what would be shown otherwise than it is written, in the order of lines."""
    if PurePosixPath(page.uri).stem.lower() == "readme":
        yield PageError(
            page.locate_line(),
            "MkDocs publishes a README as the index of its folder",
            "Name the file index.md, in both languages.",
        )
    if lines := _find_other_line_breaks(page):
        for line in lines:
            yield PageError(
                page.locate_line(line),
                "a character that breaks the line for some readers only (such as U+2028)",
                "Delete it, and begin a new line where one is meant.",
            )
        return
    yield from sorted(_Reader(page, structure).find_problems(), key=lambda error: error.location)


def _find_other_line_breaks(page: Page) -> list[int]:
    return [
        number
        for number, line in enumerate(page.source.split("\n"), 1)
        if _OTHER_LINE_BREAK.search(line)
    ]


class _Reader:
    """Reads one page as CommonMark has it, and compares that with our own reading."""

    def __init__(self, page: Page, structure: PageStructure) -> None:
        self.page = page
        self.fences = {fence.line: fence for fence in structure.fences}
        self.marker_lines = {fence.marker_line for fence in structure.fences}
        self.marker_lines |= {part.line for part in structure.parts if isinstance(part, DataList)}
        self.prose = [
            (number, line)
            for part in structure.parts
            if isinstance(part, Prose)
            for number, line in enumerate(part.lines, part.line)
        ]
        lines = page.source.split("\n")
        for part in structure.parts:
            if isinstance(part, FrontMatter):
                lines[: len(part.lines)] = [""] * len(part.lines)
        prose_lines = {number for number, _ in self.prose}
        self.boxes = [box for box in find_boxes(lines) if box.start in prose_lines]
        # What stands in a box is read as if it stood by itself.
        self.lines = unbox_lines(lines, self.boxes)

    def find_problems(self) -> Iterator[PageError]:
        yield from self._check_boxes()
        tokens = _PARSER.parse("\n".join(self.lines))
        told: set[int] = set()
        for problem in (*self._check_fences(tokens), *self._check_includes()):
            if problem.location.line not in told:
                told.add(problem.location.line)
                yield problem
        for problem in self._check_content(tokens, told):
            if problem.location.line not in told:
                told.add(problem.location.line)
                yield problem

    def _check_content(self, tokens: Sequence[Token], told: set[int]) -> Iterator[PageError]:
        """Yield what stands outside fences and is no text; not again what a line is told for."""
        for token in tokens:
            line = token.map[0] + 1 if token.map else 1
            if token.type == "code_block" and not told & set(range(line, line + _count(token))):
                yield self._make_error(
                    line,
                    "indented code",
                    "Nobody ran it. Programs are included, commands stand in a fence `bash`; "
                    "words are not indented.",
                )
            elif token.type == "html_block":
                yield from self._check_html(token.content, line)
            elif token.type == "inline":
                yield from self._check_inline(token, line)

    def _check_boxes(self) -> Iterator[PageError]:
        for box in self.boxes:
            marker = self.page.source.split("\n")[box.start - 1].split()[0]
            if marker != "!!!":
                yield self._make_error(
                    box.start,
                    f"`{marker}` begins no box that the site knows",
                    "Write it as a section, or as `!!! note`.",
                )

    def _check_fences(self, tokens: Sequence[Token]) -> Iterator[PageError]:
        """Yield the fences that we see and CommonMark does not, and the other way round."""
        quote_depth = 0
        outside_quotes: set[int] = set()
        quoted: set[int] = set()
        for token in tokens:
            if token.type in ("blockquote_open", "blockquote_close"):
                quote_depth += token.nesting
            elif token.type == "fence" and token.map:
                (quoted if quote_depth else outside_quotes).add(token.map[0] + 1)
        for line in quoted:
            yield self._make_error(line, "a fence in a quotation", _FENCE_HINT)
        comments = [
            range(token.map[0] + 1, token.map[1] + 1)
            for token in tokens
            if token.type == "html_block" and token.map
        ]
        for line, fence in self.fences.items():
            if any(line in box for box in self.boxes):
                yield self._make_error(
                    line,
                    "a fence in a box (`!!!`)",
                    f"Readers of the Markdown copy would not see it. {_FENCE_HINT}",
                )
            elif any(line in comment for comment in comments):
                yield self._make_error(
                    line, "a fence in an HTML comment", "Delete it, or take it out of the comment."
                )
            elif "\t" in fence.indent:
                yield self._make_error(line, "a fence behind a tab", "Indent with spaces.")
            elif line not in outside_quotes | quoted:
                yield self._make_error(
                    line, "a fence that is no fence to all readers of Markdown", _FENCE_HINT
                )
        for line in sorted(outside_quotes - self.fences.keys()):
            if not any(line in fence.line_numbers for fence in self.fences.values()):
                yield self._make_error(
                    line, "a fence that is one to some readers of Markdown only", _FENCE_HINT
                )

    def _check_includes(self) -> Iterator[PageError]:
        for number, line in self.prose:
            if _INCLUDE_MARK in CODE_SPAN_PATTERN.sub("", line):
                yield self._make_error(
                    number,
                    f"an include (`{_INCLUDE_MARK}`) outside a fence of its own",
                    f'It is the only line of a fence "python". {_FENCE_HINT}',
                )

    def _check_inline(self, token: Token, line: int) -> Iterator[PageError]:
        escaped = ""
        for child in token.children or ():
            if child.type in ("softbreak", "hardbreak"):
                line += 1
            elif child.type == "image":
                yield self._make_error(
                    line,
                    f"a picture that no program drew ({child.attrGet('src')})",
                    "Let a program draw it (`# draw:`, matplotlib), and include the program.",
                )
            elif child.type in ("html_inline", "text"):
                yield from self._check_html(escaped + child.content, line)
            is_escaped = child.type == "text_special" and child.info == "escape"
            escaped = "<" if is_escaped and child.content == "<" else ""

    def _check_html(self, html: str, line: int) -> Iterator[PageError]:
        """Yield raw HTML other than comments and links to files of the site."""
        for comment in _COMMENT.finditer(html):
            comment_line = line + html.count("\n", 0, comment.start())
            yield from self._check_comment(comment["text"], comment_line)
        text = _COMMENT.sub(lambda match: "\n" * match[0].count("\n"), html)
        for tag in _TAG.finditer(_SITE_LINK.sub("", text)):
            tag_line = line + text.count("\n", 0, tag.start())
            yield self._make_error(
                tag_line,
                f"raw HTML: `{tag[0]}`",
                "Write it as code, in backticks, or write `&lt;` for the sign alone.",
            )

    def _check_comment(self, text: str, line: int) -> Iterator[PageError]:
        if _PYTEST_COMMENT.match(text):
            yield self._make_error(
                line,
                "a mark for pytest, which would change how the page is tested",
                "Delete it: such marks are written by the build.",
            )
        elif _MARKER_COMMENT.match(text) and line not in self.marker_lines:
            yield self._make_error(
                line,
                f"`<!--{text}-->` marks nothing",
                "A list stands by itself: `<!-- list: NAME -->`; `<!-- not run: REASON -->` and "
                "`<!-- reported: https://... -->` stand right above their fence.",
            )

    def _make_error(self, line: int, message: str, hint: str) -> PageError:
        return PageError(self.page.locate_line(line), message, hint)


def _count(token: Token) -> int:
    return token.map[1] - token.map[0] if token.map else 1

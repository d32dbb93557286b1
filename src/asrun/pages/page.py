"""A page: one Markdown file in one language, and the parts that it is made of.

Here a page is only read. `rules` says what is wrong with it, `expand` what readers get of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from asrun.base.errors import Location, PageError

INTRO_ID = "top"  # the id of the part above the first section, which has no heading of its own

# CommonMark allows ~~~ as well as ```, and so does Python-Markdown.
_FENCE_OPENING = re.compile(r"(?P<indent>\s*)(?P<marker>`{3,}|~{3,})\s*(?P<info>.*?)\s*$")
_PYTHON_INFO = re.compile(
    r"^\W*(python|py|pycon|ipython|python3|py3|pyi|ipython3)\b", re.IGNORECASE
)
INCLUDE_PATTERN = re.compile(r'\s*--8<-- "(?P<name>[^"]+)"\s*$')
_LIST_MARKER = re.compile(r"\s*<!-- list: (?P<name>[\w -]+?) -->\s*$")
_NOT_RUN_MARKER = re.compile(r"\s*<!-- not run: (?P<reason>.+?) -->\s*$")
_HEADING = re.compile(r"(?P<level>#{1,6}) +(?P<title>.+?)(?: *\{ *#(?P<id>[\w-]+) *\})?\s*$")
_LINK = re.compile(r"(?P<image>!?)\[[^\]]*\]\((?P<target>[^)\s]+)[^)]*\)")
_CODE_SPAN = r"(?P<ticks>`+)(?!`).*?(?<!`)(?P=ticks)(?!`)"
CODE_SPAN_PATTERN = re.compile(_CODE_SPAN)
CODE_SPAN_OR_LINK_TARGET_PATTERN = re.compile(rf"(?P<code>{_CODE_SPAN})|\]\([^)\s]+")


@dataclass(frozen=True)
class Page:
    """One Markdown file in one language.

    Attributes:
        path: where the file lies in the project (``docs/en/tensors/joining.md``).
        uri: the file in its language's folder (``tensors/joining.md``), the same in both languages.
        language: whose words it has.
        source: the whole file.
    """

    path: str
    uri: str
    language: str
    source: str

    def locate_line(self, line: int = 1) -> Location:
        """Return the location of one of its lines."""
        return Location(self.path, line)

    @cached_property
    def _structure(self) -> PageStructure:
        parts = tuple(_split_parts(self))
        prose = [
            (number, line)
            for part in parts
            if isinstance(part, Prose)
            for number, line in enumerate(part.lines, part.line)
        ]
        return PageStructure(parts, tuple(_find_headings(prose)), tuple(_find_links(prose)))


@dataclass(frozen=True)
class FrontMatter:
    """The page's metadata, from ``---`` to ``---``."""

    line: int
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Prose:
    """Lines between the other parts: words, headings, tables."""

    line: int
    lines: tuple[str, ...]


@dataclass(frozen=True)
class DataList:
    """A marker that stands for a list made of data: ``<!-- list: NAME -->``."""

    line: int
    lines: tuple[str, ...]
    name: str


@dataclass(frozen=True)
class Fence:
    """A fenced block.

    Attributes:
        line: the number of its first line.
        lines: its lines as written, with those that open and close it.
        indent: the space before its first line.
        info: what stands behind the backticks that open it.
        not_run_reason: why it is not run, if a ``<!-- not run: REASON -->`` above it says so.
    """

    line: int
    lines: tuple[str, ...]
    indent: str
    info: str
    not_run_reason: str | None = None

    @property
    def body(self) -> tuple[str, ...]:
        """The lines between the first and the last, without the indent."""
        return tuple(line.removeprefix(self.indent) for line in self.lines[1:-1])

    @property
    def line_numbers(self) -> range:
        """The numbers of all its lines."""
        return range(self.line, self.line + len(self.lines))

    @property
    def is_python(self) -> bool:
        """Whether a reader takes it for Python, however it is spelled."""
        return bool(_PYTHON_INFO.match(self.info))

    @property
    def included_snippet(self) -> str | None:
        """The name of the snippet that it includes, if it is an include and nothing else."""
        if self.info != "python" or len(self.lines) != 3:
            return None
        match = INCLUDE_PATTERN.match(self.body[0])
        return match["name"] if match else None


Part = FrontMatter | Prose | DataList | Fence


@dataclass(frozen=True)
class Heading:
    """A heading: its line, its level from 1 to 6, its title, its explicit id."""

    line: int
    level: int
    title: str
    id: str | None


@dataclass(frozen=True)
class Link:
    """A link or an image: its line, and its target as written."""

    line: int
    target: str


@dataclass(frozen=True)
class PageStructure:
    """What a page is made of.

    Attributes:
        parts: all its lines, in order.
        headings: the headings in its prose.
        links: the links in its prose.
    """

    parts: tuple[Part, ...] = ()
    headings: tuple[Heading, ...] = ()
    links: tuple[Link, ...] = ()

    @property
    def fences(self) -> tuple[Fence, ...]:
        """Its fenced blocks."""
        return tuple(part for part in self.parts if isinstance(part, Fence))

    @property
    def lists(self) -> tuple[DataList, ...]:
        """Its lists that are made of data."""
        return tuple(part for part in self.parts if isinstance(part, DataList))

    @property
    def snippet_names(self) -> tuple[str, ...]:
        """The names of the snippets that it includes."""
        return tuple(fence.included_snippet for fence in self.fences if fence.included_snippet)


LocatedLines = Sequence[tuple[str, Location]]


@dataclass(frozen=True)
class ExpandedPage:
    """Plain Markdown; ``line_locations[i]`` is where line ``i + 1`` of ``text`` came from."""

    text: str
    line_locations: tuple[Location, ...]

    @classmethod
    def from_lines(cls, located_lines: Iterable[tuple[str, Location]]) -> ExpandedPage:
        """Return the page that consists of these lines."""
        located_lines = list(located_lines)
        return cls(
            "".join(f"{line}\n" for line, _ in located_lines),
            tuple(location for _, location in located_lines),
        )


def parse_page(page: Page) -> PageStructure:
    """Return what a page is made of. A page is parsed once and keeps its structure.

    Raises:
        PageError: for a fence that is never closed.
    """
    return page._structure


def parse_page_or_empty(page: Page) -> PageStructure:
    """Return what a page is made of; an empty structure if a fence is never closed."""
    try:
        return parse_page(page)
    except PageError:
        return PageStructure()


def list_includes(page: Page) -> list[tuple[int, str]]:
    """Return line and snippet of each include; none if a fence is never closed."""
    return [
        (fence.line + 1, fence.included_snippet)
        for fence in parse_page_or_empty(page).fences
        if fence.included_snippet
    ]


def _split_parts(page: Page) -> Iterator[Part]:
    lines = page.source.splitlines()
    start = _count_front_matter_lines(lines)
    if start:
        yield FrontMatter(1, tuple(lines[:start]))
    index = prose_start = start
    while index < len(lines):
        part = _match_list_marker(lines, index) or _match_fence(page, lines, index)
        if part is None:
            index += 1
            continue
        if prose_start < index:
            yield Prose(prose_start + 1, tuple(lines[prose_start:index]))
        yield part
        index = prose_start = index + len(part.lines)
    if prose_start < len(lines):
        yield Prose(prose_start + 1, tuple(lines[prose_start:]))


def _count_front_matter_lines(lines: Sequence[str]) -> int:
    if lines[:1] == ["---"]:
        for count, line in enumerate(lines[1:], 2):
            if line == "---":
                return count
    return 0


def _match_list_marker(lines: Sequence[str], index: int) -> DataList | None:
    match = _LIST_MARKER.match(lines[index])
    return DataList(index + 1, (lines[index],), match["name"]) if match else None


def _match_fence(page: Page, lines: Sequence[str], index: int) -> Fence | None:
    """Return the fence that the line at this index opens, if it opens one.

    Raises:
        PageError: if it is never closed.
    """
    opening = _FENCE_OPENING.match(lines[index])
    if opening is None:
        return None
    marker, info = opening["marker"], opening["info"]
    if marker[0] == "`" and "`" in info:
        return None  # a code span that begins with three backticks
    for closing_index in range(index + 1, len(lines)):
        closing_line = lines[closing_index].strip()
        if closing_line.startswith(marker) and not closing_line.strip(marker[0]):
            break
    else:
        raise PageError(page.locate_line(index + 1), "a fence that is never closed", "Close it.")
    line_above = next((line for line in reversed(lines[:index]) if line.strip()), "")
    not_run = _NOT_RUN_MARKER.match(line_above)
    return Fence(
        index + 1,
        tuple(lines[index : closing_index + 1]),
        opening["indent"],
        info,
        not_run["reason"] if not_run else None,
    )


def _find_headings(prose: Iterable[tuple[int, str]]) -> Iterator[Heading]:
    for number, line in prose:
        if match := _HEADING.match(line):
            yield Heading(number, len(match["level"]), match["title"], match["id"])


def _find_links(prose: Iterable[tuple[int, str]]) -> Iterator[Link]:
    for number, line in prose:
        for match in _LINK.finditer(CODE_SPAN_PATTERN.sub("", line)):
            yield Link(number, match["target"])

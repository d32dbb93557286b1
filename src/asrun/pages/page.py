"""A page: one Markdown file in one language, what it is made of, and what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from asrun.base.errors import Location, PageError


@dataclass(frozen=True)
class ExpandedPage:
    """Plain Markdown; ``lines[i]`` is the place that line ``i + 1`` of ``text`` came from."""

    text: str
    line_locations: tuple[Location, ...]


LocatedLines = Sequence[tuple[str, Location]]
# A fence: indent, marker, info string. CommonMark allows ~~~ too; so does Python-Markdown.
_FENCE_OPENING = re.compile(r"(?P<indent>\s*)(?P<marker>`{3,}|~{3,})\s*(?P<info>.*?)\s*$")
INCLUDE_PATTERN = re.compile(r'\s*--8<-- "(?P<name>[^"]+)"\s*$')
_LIST_MARKER = re.compile(r"\s*<!-- list: (?P<name>[\w -]+?) -->\s*$")
_NOT_RUN_MARKER = re.compile(r"\s*<!-- not run: (?P<reason>.+?) -->\s*$")
_HEADING = re.compile(r"(?P<level>#{1,6}) +(?P<title>.+?)(?: *\{ *#(?P<id>[\w-]+) *\})?\s*$")
_LINK = re.compile(r"(?P<image>!?)\[[^\]]*\]\((?P<target>[^)\s]+)[^)]*\)")
CODE_SPAN_PATTERN = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)")
INTRO_ID = "top"  # how the part above the first section is called; labs give it as an id
_PYTHON_INFO = re.compile(
    r"^\W*(python|py|pycon|ipython|python3|py3|pyi|ipython3)\b", re.IGNORECASE
)


@dataclass(frozen=True)
class Fence:
    """A fenced block: its first line's number, its parts, and why it is not run, if it says so."""

    line: int
    indent: str
    info: str
    body: tuple[str, ...]
    not_run_reason: str | None = None

    @property
    def is_python(self) -> bool:
        """Whether a reader takes it for Python, however it is spelled."""
        return bool(_PYTHON_INFO.match(self.info))

    @property
    def included_snippet(self) -> str | None:
        """The name of the snippet that it includes, if it is an include and nothing else."""
        if self.info != "python" or len(self.body) != 1:
            return None
        match = INCLUDE_PATTERN.match(self.body[0])
        return match["name"] if match else None


@dataclass(frozen=True)
class Heading:
    """A heading: line, level 1–6, title, explicit id."""

    line: int
    level: int
    title: str
    id: str | None


@dataclass(frozen=True)
class Link:
    """A link or image: line and target as written."""

    line: int
    target: str


@dataclass(frozen=True)
class DataList:
    """A list that is made from data where the page says so: line and name."""

    line: int
    name: str


@dataclass(frozen=True)
class Page:
    """One Markdown file in one language.

    ``path`` is relative to the project (``docs/en/tensors/joining.md``), ``uri`` to its language's
    folder (``tensors/joining.md``), the same in both languages.
    """

    path: str
    uri: str
    language: str
    source: str

    def locate_line(self, line: int = 1) -> Location:
        """Return the place of one of its lines."""
        return Location(self.path, line)


@dataclass(frozen=True)
class PageStructure:
    """What a page is made of, in order."""

    headings: tuple[Heading, ...]
    fences: tuple[Fence, ...]
    links: tuple[Link, ...]
    lists: tuple[DataList, ...] = ()

    @property
    def snippet_names(self) -> tuple[str, ...]:
        """The names of the snippets that it includes."""
        return tuple(fence.included_snippet for fence in self.fences if fence.included_snippet)


@lru_cache(maxsize=2**16)
def parse_page(page: Page) -> PageStructure:
    """Read what a page is made of.

    Raises:
        PageError: for a fence that is never closed.
    """
    headings: list[Heading] = []
    links: list[Link] = []
    lists: list[DataList] = []
    blocks = parse_fences(page)
    fenced_lines = {
        line_number
        for fence in blocks
        for line_number in range(fence.line, fence.line + len(fence.body) + 2)
    }
    front_matter_end = _find_front_matter_end(page.source)
    for number, line in enumerate(page.source.splitlines(), 1):
        if number in fenced_lines or number <= front_matter_end:
            continue
        if match := _HEADING.match(line):
            level = len(match["level"])
            headings.append(Heading(number, level, match["title"], match["id"]))
        if match := _LIST_MARKER.match(line):
            lists.append(DataList(number, match["name"]))
        prose = CODE_SPAN_PATTERN.sub("", line)
        links += [Link(number, match["target"]) for match in _LINK.finditer(prose)]
    return PageStructure(tuple(headings), tuple(blocks), tuple(links), tuple(lists))


def _find_front_matter_end(source: str) -> int:
    """Return the number of the line that closes the front matter; 0 without one."""
    lines = source.splitlines()
    if lines[:1] == ["---"]:
        for number, line in enumerate(lines[1:], 2):
            if line == "---":
                return number
    return 0


def parse_fences(page: Page) -> list[Fence]:
    """Return the fenced blocks of a page, in order.

    Raises:
        PageError: for a fence that is never closed.
    """
    found: list[Fence] = []
    lines = page.source.splitlines()
    index = _find_front_matter_end(page.source)
    while index < len(lines):
        opening_match = _FENCE_OPENING.match(lines[index])
        if opening_match is None or (
            opening_match["marker"][0] == "`" and "`" in opening_match["info"]
        ):
            index += 1
            continue
        for closing_index in range(index + 1, len(lines)):
            closing_line = lines[closing_index].strip()
            if closing_line.startswith(opening_match["marker"]) and not closing_line.strip(
                opening_match["marker"][0]
            ):
                break
        else:
            raise PageError(
                page.locate_line(index + 1), "a fence that is never closed", "Close it."
            )
        preceding_line = next((line for line in reversed(lines[:index]) if line.strip()), "")
        not_run_match = _NOT_RUN_MARKER.match(preceding_line)
        body = tuple(
            line.removeprefix(opening_match["indent"]) for line in lines[index + 1 : closing_index]
        )
        found.append(
            Fence(
                index + 1,
                opening_match["indent"],
                opening_match["info"],
                body,
                not_run_match["reason"] if not_run_match else None,
            )
        )
        index = closing_index + 1
    return found


def parse_page_or_empty(page: Page) -> PageStructure:
    """Return a page's outline; an empty one for a page that cannot be read."""
    try:
        return parse_page(page)
    except PageError:
        return PageStructure((), (), ())


def list_includes(page: Page) -> list[tuple[int, str]]:
    """Return line and name of each include; none for a page that cannot be read."""
    return [
        (f.line + 1, f.included_snippet)
        for f in parse_page_or_empty(page).fences
        if f.included_snippet
    ]

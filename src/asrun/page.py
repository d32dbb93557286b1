"""A page: one Markdown file in one language, what it is made of, and what is wrong with it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from asrun.errors import PageError, Place

# A fence: indent, marker, info string. CommonMark allows ~~~ too; so does Python-Markdown.
_FENCE = re.compile(r"(?P<indent>\s*)(?P<marker>`{3,}|~{3,})\s*(?P<info>.*?)\s*$")
_INCLUDE = re.compile(r'\s*--8<-- "(?P<name>[^"]+)"\s*$')
_LIST = re.compile(r"\s*<!-- list: (?P<name>[\w -]+?) -->\s*$")
_NOT_RUN = re.compile(r"\s*<!-- not run: (?P<reason>.+?) -->\s*$")
_HEADING = re.compile(r"(?P<level>#{1,6}) +(?P<title>.+?)(?: *\{ *#(?P<id>[\w-]+) *\})?\s*$")
_LINK = re.compile(r"(?P<image>!?)\[[^\]]*\]\((?P<target>[^)\s]+)[^)]*\)")
CODE_SPAN = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)")
TOP = "top"  # how the part above the first section is called; labs give it as an id
_PYTHON = re.compile(r"^\W*(python|py|pycon|ipython|python3|py3|pyi|ipython3)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Fence:
    """A fenced block: its first line's number, its parts, and why it is not run, if it says so."""

    line: int
    indent: str
    info: str
    body: tuple[str, ...]
    not_run: str | None = None

    @property
    def is_python(self) -> bool:
        """Whether a reader takes it for Python, however it is spelled."""
        return bool(_PYTHON.match(self.info))

    @property
    def includes(self) -> str | None:
        """The name of the snippet that it includes, if it is an include and nothing else."""
        if self.info != "python" or len(self.body) != 1:
            return None
        match = _INCLUDE.match(self.body[0])
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
class List:
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

    def place(self, line: int = 1) -> Place:
        """Return the place of one of its lines."""
        return Place(self.path, line)


@dataclass(frozen=True)
class Outline:
    """What a page is made of, in order."""

    headings: tuple[Heading, ...]
    fences: tuple[Fence, ...]
    links: tuple[Link, ...]
    lists: tuple[List, ...] = ()

    @property
    def snippets(self) -> tuple[str, ...]:
        """The names of the snippets that it includes."""
        return tuple(fence.includes for fence in self.fences if fence.includes)


@lru_cache(maxsize=2**16)
def outline(page: Page) -> Outline:
    """Read what a page is made of.

    Raises:
        PageError: for a fence that is never closed.
    """
    headings: list[Heading] = []
    links: list[Link] = []
    lists: list[List] = []
    blocks = fences(page)
    inside = {n for f in blocks for n in range(f.line, f.line + len(f.body) + 2)}
    above = _front_matter(page.source)
    for number, line in enumerate(page.source.splitlines(), 1):
        if number in inside or number <= above:
            continue
        if match := _HEADING.match(line):
            level = len(match["level"])
            headings.append(Heading(number, level, match["title"], match["id"]))
        if match := _LIST.match(line):
            lists.append(List(number, match["name"]))
        prose = CODE_SPAN.sub("", line)
        links += [Link(number, match["target"]) for match in _LINK.finditer(prose)]
    return Outline(tuple(headings), tuple(blocks), tuple(links), tuple(lists))


def check(page: Page) -> list[PageError]:
    """Return what is wrong with a page by itself: Python written by hand, headings without id."""
    try:
        parts = outline(page)
    except PageError as error:
        return [error]
    found = []
    for fence in parts.fences:
        place = page.place(fence.line)
        if fence.is_python and fence.includes is None and fence.not_run is None:
            found.append(
                PageError(
                    place,
                    f"a Python block that no run has proven (fence `{fence.info}`)",
                    'Move the code to snippets/ and include it: a fence "python" whose only line '
                    'is --8<-- "CHAPTER/NAME.py". If it cannot run, say why on the line above: '
                    "<!-- not run: REASON -->.",
                )
            )
        elif not fence.is_python and any(_INCLUDE.match(line) for line in fence.body):
            found.append(
                PageError(
                    place,
                    f"an include in a fence `{fence.info}`",
                    "Its info string must be exactly `python`.",
                )
            )
    for heading in parts.headings:
        if heading.level > 1 and heading.id is None:
            found.append(
                PageError(
                    page.place(heading.line),
                    f"heading `{heading.title}` has no id",
                    "Add one, the same in both languages: `## Title { #name }`.",
                )
            )
        elif heading.id == TOP:
            found.append(
                PageError(
                    page.place(heading.line),
                    f"the id `{TOP}` is that of the part above the first section",
                    "Give the heading another.",
                )
            )
    ids = [heading.id for heading in parts.headings if heading.id]
    for heading in parts.headings:
        if heading.id and ids.count(heading.id) > 1:
            found.append(
                PageError(
                    page.place(heading.line),
                    f"the id `{heading.id}` stands on more than one heading",
                    "Give each heading its own.",
                )
            )
    if [heading.level for heading in parts.headings].count(1) != 1:
        found.append(PageError(page.place(), "not exactly one title", "A page has one `# Title`."))
    return found


def _front_matter(source: str) -> int:
    """Return the number of the line that closes the front matter; 0 without one."""
    lines = source.splitlines()
    if lines[:1] == ["---"]:
        for number, line in enumerate(lines[1:], 2):
            if line == "---":
                return number
    return 0


def fences(page: Page) -> list[Fence]:
    """Return the fenced blocks of a page, in order.

    Raises:
        PageError: for a fence that is never closed.
    """
    found: list[Fence] = []
    lines = page.source.splitlines()
    index = _front_matter(page.source)
    while index < len(lines):
        opening = _FENCE.match(lines[index])
        if opening is None or (opening["marker"][0] == "`" and "`" in opening["info"]):
            index += 1
            continue
        for last in range(index + 1, len(lines)):
            closing = lines[last].strip()
            if closing.startswith(opening["marker"]) and not closing.strip(opening["marker"][0]):
                break
        else:
            raise PageError(page.place(index + 1), "a fence that is never closed", "Close it.")
        above = next((line for line in reversed(lines[:index]) if line.strip()), "")
        reason = _NOT_RUN.match(above)
        body = tuple(line.removeprefix(opening["indent"]) for line in lines[index + 1 : last])
        found.append(
            Fence(
                index + 1,
                opening["indent"],
                opening["info"],
                body,
                reason["reason"] if reason else None,
            )
        )
        index = last + 1
    return found

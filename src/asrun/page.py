"""A page: find the snippets it includes, and expand it to plain Markdown.

The expansion is what every reader gets: MkDocs makes its HTML from it, and it is published as it
is, beside the HTML. Nothing else knows how a snippet looks on a page.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from asrun.card import Card
from asrun.errors import PageError, Place

# A fence: indent, marker, info string. CommonMark allows ~~~ too; so does Python-Markdown.
_FENCE = re.compile(r"(?P<indent>\s*)(?P<marker>`{3,}|~{3,})\s*(?P<info>.*?)\s*$")
_INCLUDE = re.compile(r'\s*--8<-- "(?P<name>[^"]+)"\s*$')
_NOT_RUN = re.compile(r"\s*<!-- not run: (?P<reason>.+?) -->\s*$")
_HEADING = re.compile(r"(?P<level>#{1,6}) +(?P<title>.+?)(?: *\{ *#(?P<id>[\w-]+) *\})?\s*$")
_LINK = re.compile(r"(?P<image>!?)\[[^\]]*\]\((?P<target>[^)\s]+)[^)]*\)")
_CODE_SPAN = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)")
_PYTHON = re.compile(r"^\W*(python|py|pycon|ipython|python3|py3|pyi|ipython3)\b", re.IGNORECASE)

WORDS: Mapping[str, Mapping[str, str]] = {
    "zh": {
        "output": "输出",
        "error": "报错",
        "cuda": "这段程序需要 CUDA 显卡，这里没有运行。",
        "network": "这段程序需要联网，这里没有运行。",
        "not run": "这段代码没有运行：",
        "no figure": "这张图还没有画：运行 `make serve` 就能看到。",
        "failed": "运行失败",
    },
    "en": {
        "output": "Output",
        "error": "Error",
        "cuda": "This program needs a CUDA GPU. It was not run here.",
        "network": "This program needs the network. It was not run here.",
        "not run": "This code was not run: ",
        "no figure": "This figure is not drawn yet: `make serve` draws it.",
        "failed": "The run failed",
    },
}


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

    @property
    def snippets(self) -> tuple[str, ...]:
        """The names of the snippets that it includes."""
        return tuple(fence.includes for fence in self.fences if fence.includes)


@dataclass(frozen=True)
class Expanded:
    """Plain Markdown; ``lines[i]`` is the place that line ``i + 1`` of ``text`` came from."""

    text: str
    lines: tuple[Place, ...]


def outline(page: Page) -> Outline:
    """Read what a page is made of.

    Raises:
        PageError: for a fence that is never closed.
    """
    headings: list[Heading] = []
    links: list[Link] = []
    fences = list(_fences(page))
    inside = {n for f in fences for n in range(f.line, f.line + len(f.body) + 2)}
    for number, line in enumerate(page.source.splitlines(), 1):
        if number in inside or number <= _front_matter(page.source):
            continue
        if match := _HEADING.match(line):
            level = len(match["level"])
            headings.append(Heading(number, level, match["title"], match["id"]))
        prose = _CODE_SPAN.sub("", line)
        links += [Link(number, match["target"]) for match in _LINK.finditer(prose)]
    return Outline(tuple(headings), tuple(fences), tuple(links))


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


def expand(page: Page, card: Callable[[str], Card]) -> Expanded:
    """Replace each include by what ``card`` gives for its name: code, output, figures.

    Raises:
        PageError: for an include of a snippet that is not there (``card`` raises KeyError).
    """
    lines: list[str] = []
    places: list[Place] = []

    def add(text: str, place: Place) -> None:
        lines.append(text)
        places.append(place)

    fences = {fence.line: fence for fence in _fences(page)}
    source = page.source.splitlines()
    number = 1
    while number <= len(source):
        fence = fences.get(number)
        if fence is None:
            add(source[number - 1], page.place(number))
            number += 1
            continue
        if fence.includes:
            try:
                shown = card(fence.includes)
            except KeyError as error:
                raise PageError(
                    page.place(fence.line + 1),
                    f"includes {fence.includes}, and there is no snippets/{fence.includes}",
                    "Write the snippet, or mend the name.",
                ) from error
            for text, place in _card(shown, page, fence):
                add(fence.indent + text if text else text, place)
        else:
            if fence.not_run:
                reason = fence.not_run.replace('"', "'")
                add(f'{fence.indent}<!--pytest.mark.skip(reason="{reason}")-->', page.place(number))
                add("", page.place(number))
            for offset in range(len(fence.body) + 2):
                add(source[number + offset - 1], page.place(number + offset))
            if fence.not_run:
                add("", page.place(number))
                note = WORDS[page.language]["not run"] + fence.not_run
                add(f"{fence.indent}*{note}*", page.place(number))
        number += len(fence.body) + 2
    return Expanded("".join(f"{line}\n" for line in lines), tuple(places))


def _card(card: Card, page: Page, fence: Fence) -> list[tuple[str, Place]]:
    """Lay out a card: the marks for pytest-codeblocks, the code, the output, the figures."""
    words = WORDS[page.language]
    here, out = page.place(fence.line), Place(card.snippet.out_path)
    lines: list[tuple[str, Place]] = []
    if mark := _mark(card):
        lines += [(f"<!--{mark}-->", here), ("", here)]
    ticks = "`" * max(3, 1 + _longest_ticks(card.code.text + card.output))
    lines.append((f"{ticks}python", here))
    lines += [
        (text, card.snippet.place(line))
        for text, line in zip(card.code.text.splitlines(), card.code.lines, strict=True)
    ]
    lines.append((ticks, here))
    if card.output:
        lines.append(("", here))
        if not card.snippet.raises and not card.lacks:
            lines += [("<!--pytest-codeblocks:expected-output-->", here), ("", here)]
        title = words["error" if card.snippet.raises else "output"]
        lines.append((f'{ticks}text title="{title}"', here))
        lines += [
            (text, Place(out.path, number))
            for number, text in enumerate(card.output.splitlines(), 1)
        ]
        lines.append((ticks, here))
    for index, figure in enumerate(card.figures):
        alt = card.snippet.alt(page.language)[index]
        drawn = figure or f"> {words['no figure']} ({alt.value})"
        lines.append(("", here))
        lines += [(text, card.snippet.place(alt.line)) for text in drawn.splitlines()]
    for note in (card.lacks and words[card.lacks], card.failure and words["failed"]):
        if note:
            lines += [("", here), (f"*{note}*", here)]
    if card.failure:
        lines += [("", here), (f"{ticks}text", here), (card.failure, here), (ticks, here)]
    return lines


def _mark(card: Card) -> str | None:
    """Return how stock pytest-codeblocks is told what this block does."""
    if card.failure:
        return 'pytest.mark.skip(reason="its run failed")'
    if card.snippet.as_file:
        return 'pytest.mark.skip(reason="starts processes: runs as a file only")'
    if "network" in card.snippet.needs:
        return 'pytest.mark.skip(reason="needs the network")'
    if "cuda" in card.snippet.needs:
        return (
            'pytest.mark.skipif(not __import__("torch").cuda.is_available(), '
            'reason="needs a CUDA GPU")'
        )
    if card.snippet.raises:
        return "pytest.mark.xfail(raises=RuntimeError, strict=True)"
    return None


def _longest_ticks(text: str) -> int:
    return max((len(run) for run in re.findall(r"`{3,}", text)), default=0)


def _front_matter(source: str) -> int:
    """Return the number of the line that closes the front matter; 0 without one."""
    lines = source.splitlines()
    if lines[:1] == ["---"]:
        for number, line in enumerate(lines[1:], 2):
            if line == "---":
                return number
    return 0


def _fences(page: Page) -> list[Fence]:
    fences: list[Fence] = []
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
        fences.append(
            Fence(
                index + 1,
                opening["indent"],
                opening["info"],
                body,
                reason["reason"] if reason else None,
            )
        )
        index = last + 1
    return fences

"""What a published file shows: programs, outputs, figures and blocks of text, in their order.

HTML is read with lxml, Markdown copies with markdown-it-py: nothing here knows how pages are made.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import lxml.html
from markdown_it import MarkdownIt
from markdown_it.token import Token

from asrun.base.errors import Location

# Only blocks are looked for: the text of paragraphs need not be parsed.
_MARKDOWN_PARSER = MarkdownIt("commonmark").disable("inline")
_PYTHON_CLASS = re.compile(r"(lang(uage)?-)?(python3?|py3?|pyi|pycon|ipython3?)$", re.IGNORECASE)
_PICTURE_TAGS = ("figure", "svg", "img", "picture", "canvas", "object", "embed", "iframe", "video")
_THEME_CLASSES = {"md-icon", "md-logo"}  # what holds the icons of the theme, outside articles
_COMMENT = re.compile(r"\s*(<!--.*?-->\s*)+", re.DOTALL)
_NUMBER = re.compile(r"-?\d+\.?\d*(?:[eE][+-]?\d+)?")


@dataclass(frozen=True)
class PublishedFigure:
    """A figure: what is written and drawn in it.

    Attributes:
        kind: the class of its element.
        alt: its alt text.
        texts: the texts in its SVGs, in order.
        names: what stands in bold below its parts, in order.
        paths: the numbers of each of its paths.
        images: its embedded images, as they are written.
    """

    kind: str
    alt: str
    texts: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    paths: tuple[tuple[float, ...], ...] = ()
    images: tuple[str, ...] = ()


@dataclass(frozen=True)
class PublishedBlock:
    """A published block of Python, and what belongs to it.

    Attributes:
        location: where it stands.
        code: its text.
        output: what stands as output right below it; None if nothing does.
        figures: the figures between it and the next block of Python.
    """

    location: Location
    code: str
    output: str | None = None
    figures: tuple[PublishedFigure, ...] = ()


@dataclass(frozen=True)
class PublishedText:
    """A block of text that is no program and no output, or what is dressed as one."""

    location: Location
    text: str


@dataclass(frozen=True)
class PublishedPage:
    """What one file shows.

    Attributes:
        path: the file's own, for messages.
        blocks: its Python blocks.
        texts: its other blocks of text, which have no title.
        strays: what looks like an output or a figure and belongs to no program.
        repeated_ids: the ids that stand on it more than once.
    """

    path: str
    blocks: tuple[PublishedBlock, ...] = ()
    texts: tuple[PublishedText, ...] = ()
    strays: tuple[PublishedText, ...] = ()
    repeated_ids: tuple[str, ...] = ()


@dataclass
class _PageReader:
    path: str
    blocks: list[PublishedBlock] = field(default_factory=list)
    figures: list[list[PublishedFigure]] = field(default_factory=list)
    texts: list[PublishedText] = field(default_factory=list)
    strays: list[PublishedText] = field(default_factory=list)

    def add_block(self, line: int | None, code: str, output: str | None) -> None:
        self.blocks.append(PublishedBlock(Location(self.path, line or 1), code, output))
        self.figures.append([])

    def add_text(self, line: int | None, text: str) -> None:
        self.texts.append(PublishedText(Location(self.path, line or 1), text))

    def add_stray(self, line: int | None, text: str) -> None:
        self.strays.append(PublishedText(Location(self.path, line or 1), text))

    def add_figure(self, element: lxml.html.HtmlElement, line: int | None) -> None:
        if element.tag == "figure" and self.blocks:
            self.figures[-1].append(read_figure(element))
        else:
            self.add_stray(line, f"<{element.tag}>")

    def make_page(self, ids: Counter[str]) -> PublishedPage:
        blocks = tuple(
            PublishedBlock(block.location, block.code, block.output, tuple(figures))
            for block, figures in zip(self.blocks, self.figures, strict=True)
        )
        repeated_ids = tuple(name for name, count in ids.items() if count > 1)
        return PublishedPage(self.path, blocks, tuple(self.texts), tuple(self.strays), repeated_ids)


def read_html(file: Path, path: str) -> PublishedPage:
    """Return what an HTML file shows.

    A block is Python as ``pygments_lang_class`` marks it. Its output is the ``<samp>`` in the block
    of text right below it. Every other ``<samp>``, every title of another block and every picture
    that is no ``<figure>`` below a program is a stray. ``path`` is the file's own, for messages.
    """
    tree = lxml.html.parse(str(file), lxml.html.HTMLParser(encoding="utf-8")).getroot()
    reader = _PageReader(path)
    outputs: set[lxml.html.HtmlElement] = set()
    ids: Counter[str] = Counter()
    for element in tree.iter(lxml.etree.Element):
        if element.get("id"):
            ids[element.get("id")] += 1
        if element.tag == "pre":
            if _is_python(element):
                code = next(iter(element.iter("code")), element)
                container = _find_container(element)
                output = _find_output(container)
                if output is not None:
                    outputs.add(output)
                text = None if output is None else "".join(map(_get_text, output.iter("samp")))
                reader.add_block(element.sourceline, _get_text(code), text)
            elif _find_container(element) not in outputs:
                reader.add_text(element.sourceline, _get_text(element))
        elif element.tag == "samp" or "filename" in element.classes:
            if not any(ancestor in outputs for ancestor in element.iterancestors()):
                reader.add_stray(element.sourceline, _get_text(element))
        elif element.tag in _PICTURE_TAGS and not (
            _is_part_of_picture(element) or _is_icon_of_theme(element)
        ):
            reader.add_figure(element, element.sourceline)
    return reader.make_page(ids)


def read_markdown(file: Path, path: str) -> PublishedPage:
    """Return what a Markdown copy shows; an output is the titled text right below a program.

    ``path`` is the file's own, for messages.
    """
    reader = _PageReader(path)
    tokens = _MARKDOWN_PARSER.parse(file.read_text(encoding="utf-8"))
    outputs: set[int | None] = set()
    for index, token in enumerate(tokens):
        line = token.map[0] + 1 if token.map else 1
        if token.type == "fence" and _PYTHON_CLASS.match(token.info.partition(" ")[0]):
            output_index = _find_output_index(tokens, index)
            output = None if output_index is None else tokens[output_index].content
            outputs.add(output_index)
            reader.add_block(line, token.content, output)
        elif token.type == "fence" and index not in outputs:
            add = reader.add_stray if "title=" in token.info else reader.add_text
            add(line, token.content)
        elif token.type == "code_block":
            reader.add_text(line, token.content)
        elif token.type == "html_block" and not _COMMENT.fullmatch(token.content):
            _read_html_of_markdown(token.content, line, reader)
    return reader.make_page(Counter())


def _find_output_index(tokens: Sequence[Token], index: int) -> int | None:
    """Return the index of the output right below the block of Python at this index."""
    for next_index in range(index + 1, len(tokens)):
        token = tokens[next_index]
        if token.type == "html_block" and _COMMENT.fullmatch(token.content):
            continue
        is_output = token.type == "fence" and token.info.startswith("text title=")
        return next_index if is_output else None
    return None


def _read_html_of_markdown(html: str, line: int, reader: _PageReader) -> None:
    for fragment in lxml.html.fragments_fromstring(html):
        if isinstance(fragment, str):
            continue
        for element in fragment.iter(*_PICTURE_TAGS, "samp"):
            if element.tag == "samp":
                reader.add_stray(line, _get_text(element))
            elif not _is_part_of_picture(element):
                reader.add_figure(element, line)


def read_figure(element: lxml.html.HtmlElement) -> PublishedFigure:
    """Return what a ``<figure>``, or the SVG of a plot, shows."""
    return PublishedFigure(
        element.get("class") or "",
        element.get("aria-label") or "",
        tuple(_get_svg_text(text) for text in element.iter("text")),
        tuple(_get_text(name) for name in element.iter("b")),
        tuple(
            tuple(float(number) for number in _NUMBER.findall(path.get("d") or ""))
            for path in element.iter("path")
        ),
        tuple(
            "".join((image.get("href") or image.get("xlink:href") or "").split())
            for image in element.iter("image")
        ),
    )


def _is_python(pre: lxml.html.HtmlElement) -> bool:
    marked_elements = (pre, *pre.iterancestors("div"), *pre.iter("code"))
    classes = [name for element in marked_elements for name in (element.get("class") or "").split()]
    return any(_PYTHON_CLASS.match(name) for name in classes)


def _find_container(pre: lxml.html.HtmlElement) -> lxml.html.HtmlElement:
    return next((e for e in pre.iterancestors("div") if "highlight" in e.classes), pre)


def _find_output(container: lxml.html.HtmlElement) -> lxml.html.HtmlElement | None:
    """Return the block right below one of Python, if it holds an output."""
    following = container.getnext()
    while following is not None and not isinstance(following.tag, str):
        following = following.getnext()  # a comment
    is_output = (
        following is not None
        and "language-text" in following.classes
        and next(iter(following.iter("samp")), None) is not None
    )
    return following if is_output else None


def _is_part_of_picture(element: lxml.html.HtmlElement) -> bool:
    return any(ancestor.tag in _PICTURE_TAGS for ancestor in element.iterancestors())


def _is_icon_of_theme(element: lxml.html.HtmlElement) -> bool:
    ancestors = list(element.iterancestors())
    return not any(ancestor.tag == "article" for ancestor in ancestors) and any(
        _THEME_CLASSES & set(ancestor.classes) for ancestor in (element, *ancestors)
    )


def _get_svg_text(text: lxml.html.HtmlElement) -> str:
    """Return what a text says; where it has parts, the space between them is none of it."""
    parts = list(text.iter("tspan"))
    return "".join(map(_get_text, parts)) if parts else _get_text(text).strip()


def _get_text(element: lxml.html.HtmlElement) -> str:
    return str(element.text_content())

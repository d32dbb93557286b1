"""The navigation: the ``nav`` of both configurations, read and added to line by line.

Each entry is read as YAML, but not the whole file: it holds tags that only MkDocs knows, and
comments that are to stay where they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from asrun.base.errors import Location, PageError, ProjectError
from asrun.base.languages import MKDOCS_CONFIGS
from asrun.base.tree import read_text_file
from asrun.base.yaml import format_yaml_text, parse_yaml
from asrun.pages.page import Page

_ENTRY_PATTERN = re.compile(r"(?P<indent> *)- (?P<item>.+)$")
_PLAIN_ITEM = re.compile(r"(?P<title>[^:]+):(?: (?P<uri>[\w./-]+))?$")


@dataclass(frozen=True)
class NavEntry:
    """One line of a nav; ``uri`` is its page, ``None`` for a section."""

    line: int
    indent: str
    title: str
    uri: str | None


@dataclass(frozen=True)
class Nav:
    """The nav of one language: ``path`` and ``source`` of its configuration, its entries."""

    path: str
    source: str
    entries: tuple[NavEntry, ...]

    @property
    def uris(self) -> frozenset[str]:
        """The pages that it leads to."""
        return frozenset(entry.uri for entry in self.entries if entry.uri)

    def list_chapter_pages(self, name: str) -> tuple[NavEntry, ...]:
        """Return the pages of a chapter, which is a folder, in order."""
        return tuple(e for e in self.entries if e.uri and re.match(rf"{name}/[^/]+\.md$", e.uri))

    def list_chapters(self) -> tuple[str, ...]:
        """Return the chapters in order."""
        folders = (e.uri.partition("/")[0] for e in self.entries if e.uri and e.uri[-3:] == ".md")
        return tuple(dict.fromkeys(name for name in folders if not name.endswith(".md")))

    def insert_page(self, uri: str, title: str) -> str:
        """Return the configuration with a page added at the end of its chapter.

        If the chapter ends with a summary, the page stands before that. All other lines stay as
        they are, byte for byte; a page that is in the nav already stays where it is.

        Args:
            uri: the page, in its language's folder. Its chapter must have a page already.
            title: what the nav calls it.
        """
        if uri in self.uris:
            return self.source
        last_entry = self.list_chapter_pages(uri.partition("/")[0])[-1]
        ends_with_summary = last_entry.uri is not None and last_entry.uri.endswith("/summary.md")
        lines = self.source.splitlines(keepends=True)
        insert_index = last_entry.line - 1 if ends_with_summary else last_entry.line
        if not lines[insert_index - 1].endswith("\n"):
            lines[insert_index - 1] += "\n"
        lines.insert(insert_index, f"{last_entry.indent}- {format_yaml_text(title)}: {uri}\n")
        return "".join(lines)

    def rename_page(self, uri: str, new_uri: str) -> Nav:
        """Return the nav with a page under another name, in its place, with its title."""
        lines = self.source.splitlines(keepends=True)
        for entry in self.entries:
            if entry.uri == uri:
                before, _, after = lines[entry.line - 1].rpartition(uri)
                lines[entry.line - 1] = before + new_uri + after
        return parse_nav(self.path, "".join(lines)) or self

    def remove_page(self, uri: str) -> str:
        """Return the configuration without a page, and without a section that it was alone in."""
        removed = [entry for entry in self.entries if entry.uri == uri]
        for entry in reversed(self.entries):
            children = [child for child in self._list_children(entry) if child not in removed]
            if entry.uri is None and not children:
                removed.append(entry)
        numbers = {entry.line for entry in removed}
        lines = self.source.splitlines(keepends=True)
        return "".join(line for number, line in enumerate(lines, 1) if number not in numbers)

    def find_title(self, uri: str) -> str | None:
        """Return what the nav calls a page; None if it does not lead to it."""
        return next((entry.title for entry in self.entries if entry.uri == uri), None)

    def _list_children(self, section: NavEntry) -> list[NavEntry]:
        children: list[NavEntry] = []
        for entry in self.entries[self.entries.index(section) + 1 :]:
            if len(entry.indent) <= len(section.indent):
                break
            children.append(entry)
        return children


def read_nav(root: Path, language: str) -> Nav | None:
    """Return the nav of one language; None for a configuration without one.

    Raises:
        ProjectError: for a line of the nav that is no entry, or a file that cannot be read.
    """
    path = MKDOCS_CONFIGS[language]
    try:
        source = read_text_file(root, path)
    except FileNotFoundError:
        source = ""
    return parse_nav(path, source)


def parse_nav(path: str, source: str) -> Nav | None:
    """Return the nav that a configuration's text holds; None if it holds none.

    Raises:
        ProjectError: for a line of the nav that is no entry.
    """
    entries: list[NavEntry] = []
    in_nav = False
    for number, line in enumerate(source.splitlines(), 1):
        if line[:1].strip() and not line.startswith("#"):
            in_nav = line.rstrip() == "nav:"
        elif in_nav and line.strip() and not line.lstrip().startswith("#"):
            entries.append(_parse_entry(Location(path, number), line))
    return Nav(path, source, tuple(entries)) if entries else None


def _parse_entry(location: Location, line: str) -> NavEntry:
    error = ProjectError(
        location,
        f"`{line.strip()}` is no entry of the nav",
        "Write `- Title: chapter/page.md`, or `- Title:` for a section.",
    )
    match = _ENTRY_PATTERN.match(line)
    if match is None:
        raise error
    plain = _PLAIN_ITEM.match(match["item"])
    if plain and format_yaml_text(plain["title"]) == plain["title"]:
        return NavEntry(location.line, match["indent"], plain["title"], plain["uri"])
    try:
        item = parse_yaml(match["item"])
    except ValueError as reason:
        raise ProjectError(
            location,
            f"`{line.strip()}` is no YAML: {reason}",
            "Write the title in quotes, `'` in it twice: `- 'It''s: done': chapter/page.md`.",
        ) from reason
    if not isinstance(item, dict) or len(item) != 1:
        raise error
    ((title, uri),) = item.items()
    if not isinstance(uri, str | None):
        raise error
    if not isinstance(title, str):
        raise ProjectError(
            location,
            f"the title in `{line.strip()}` is no text to YAML, but `{title}`",
            "Write it in quotes.",
        )
    return NavEntry(location.line, match["indent"], title, uri)


def find_nav_problems(root: Path, pages: Iterable[Page]) -> list[PageError | ProjectError]:
    """Return the pages that no nav leads to, and the entries that lead nowhere."""
    navs: dict[str, Nav | None] = {}
    errors: list[PageError | ProjectError] = []
    for language in MKDOCS_CONFIGS:
        try:
            navs[language] = read_nav(root, language)
        except ProjectError as error:
            errors.append(error)
    page_by_language_and_uri: Mapping[tuple[str, str], Page] = {
        (page.language, page.uri): page for page in pages
    }
    for (language, uri), page in page_by_language_and_uri.items():
        nav = navs.get(language)
        if nav and uri not in nav.uris:
            errors.append(
                PageError(
                    page.locate_line(),
                    f"{nav.path} does not lead to it",
                    f"Add `- Title: {uri}` to its chapter in the `nav` there.",
                )
            )
    for language, nav in navs.items():
        for entry in nav.entries if nav else ():
            if entry.uri and (language, entry.uri) not in page_by_language_and_uri:
                errors.append(
                    ProjectError(
                        Location(MKDOCS_CONFIGS[language], entry.line),
                        f"leads to {entry.uri}, and there is no such page",
                        f"Run `make new page={entry.uri.removesuffix('.md')}`, or delete the line.",
                    )
                )
    return errors

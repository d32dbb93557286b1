"""The navigation: the ``nav`` of both configurations, read and added to line by line.

A YAML library would not do: the files hold tags that only MkDocs knows, and comments that are to
stay where they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from asrun.base.errors import Location, PageError, ProjectError
from asrun.base.languages import MKDOCS_CONFIGS
from asrun.pages.page import Page

_ENTRY_PATTERN = re.compile(r"(?P<indent> *)- (?P<title>[^:]+):(?: (?P<uri>\S+))?$")
_UNSAFE_TITLE = re.compile(r"\W|$|.*([\"\n\\:{}]| #)")


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

        Raises:
            ProjectError: for a title that the file cannot hold as it is.
        """
        last_entry = self.list_chapter_pages(uri.partition("/")[0])[-1]
        ends_with_summary = last_entry.uri is not None and last_entry.uri.endswith("/summary.md")
        if _UNSAFE_TITLE.match(title):
            raise ProjectError(
                Location(self.path, last_entry.line),
                f"`{title}` is no title that the nav can hold",
                'Begin it with a letter, and leave out `:`, `"`, `{`, `}`, `\\` and ` #`.',
            )
        if uri in self.uris:
            return self.source
        lines = self.source.splitlines(keepends=True)
        insert_index = last_entry.line - 1 if ends_with_summary else last_entry.line
        if not lines[insert_index - 1].endswith("\n"):
            lines[insert_index - 1] += "\n"
        lines.insert(insert_index, f"{last_entry.indent}- {title}: {uri}\n")
        return "".join(lines)


def read_nav(root: Path, language: str) -> Nav | None:
    """Return the nav of one language; None for a configuration without one.

    Raises:
        ProjectError: for a line of the nav that is no entry.
    """
    path = MKDOCS_CONFIGS[language]
    file = root / path
    source = file.read_text(encoding="utf-8") if file.is_file() else ""
    entries: list[NavEntry] = []
    in_nav = False
    for number, line in enumerate(source.splitlines(), 1):
        if line[:1].strip() and not line.startswith("#"):
            in_nav = line.rstrip() == "nav:"
        elif in_nav and line.strip() and not line.lstrip().startswith("#"):
            match = _ENTRY_PATTERN.match(line)
            if match is None:
                raise ProjectError(
                    Location(path, number),
                    f"`{line.strip()}` is no entry of the nav",
                    "Write `- Title: chapter/page.md`, or `- Title:` for a section.",
                )
            entries.append(NavEntry(number, match["indent"], match["title"], match["uri"]))
    return Nav(path, source, tuple(entries)) if entries else None


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

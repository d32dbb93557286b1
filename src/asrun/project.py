"""The project: every page and snippet of a folder, and what is wrong with them as written."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import ParamSpec, TypeVar

from asrun import freshness, parity, reference, source_map
from asrun import lab as labs_module
from asrun import page as pages_module
from asrun.errors import AsrunError, LabError, PageError, Place, ProjectError, SnippetError
from asrun.expand import Lines
from asrun.freshness import Change, Pair, Sync
from asrun.lab import Lab
from asrun.page import Outline, Page, outline
from asrun.picture import parse_drawing
from asrun.reference import Glossary
from asrun.snippet import LANGUAGES, Snippet, parse
from asrun.source_map import Sections, SourceMap
from asrun.view import views


@dataclass(frozen=True)
class Project:
    """The pages and labs in both languages, the snippets by name, what could not be read.

    ``sync`` is None where there is no such file: then nothing is said of freshness.
    """

    root: Path
    pages: tuple[Page, ...]
    snippets: Mapping[str, Snippet]
    labs: tuple[Lab, ...] = ()
    source: SourceMap = field(default_factory=SourceMap)
    glossary: Glossary = ()
    sync: Sync | None = None
    unreadable: tuple[AsrunError, ...] = ()

    def pages_in(self, language: str) -> tuple[Page, ...]:
        """Return one language's pages."""
        return tuple(page for page in self.pages if page.language == language)

    @cached_property
    def words(self) -> tuple[Page, ...]:
        """Return all pages, and the Markdown cells of the labs as pages."""
        return (*self.pages, *(lab.page() for lab in self.labs))

    @cached_property
    def pairs(self) -> Mapping[str, Pair]:
        """What can be compared in both languages, by its URI."""
        return freshness.pairs(self.words)

    def changes(self, uri: str) -> list[Change]:
        """Return the sections of a page or lab that changed since their last sync."""
        pair = self.pairs.get(uri)
        return freshness.changes(self.sync, pair) if pair and self.sync is not None else []

    def note(self, page: Page, there: str) -> list[str]:
        """Return what a page says about its sections that are behind; see `freshness.note`."""
        return freshness.note(self.changes(page.uri), page, there)

    def lists(self, page: Page) -> Callable[[str], Lines]:
        """Return what makes the lists of a page; it raises KeyError for a list that is none."""
        shown = self.sections[page.language]

        def lines(name: str) -> Lines:
            try:
                return source_map.lines_of(self.source, name, page, shown)
            except KeyError:
                snippets = self.snippets.values()
                return reference.lines_of(name, page, snippets, shown.of, self.glossary)

        return lines

    @cached_property
    def sections(self) -> Mapping[str, Sections]:
        """Where each language's pages show the snippets."""
        return {name: source_map.sections(self.pages_in(name)) for name in LANGUAGES}

    def used(self) -> dict[str, list[Page]]:
        """Return the pages that include each snippet, by its name."""
        used: dict[str, list[Page]] = {}
        for page in self.pages:
            for name in {name: None for _, name in _includes(page)}:
                used.setdefault(name, []).append(page)
        return used


def load(root: Path) -> Project:
    """Read a project; what cannot be read is kept as an error, so that the rest is still told."""
    unreadable: list[AsrunError] = []
    snippets = {
        name: snippet
        for name, path, text in _files(root, "snippets", "*.py", SnippetError, unreadable)
        if (snippet := _parsed(unreadable, parse, name, path, text))
    }
    pages, labs = [], []
    for language in LANGUAGES:
        folder = f"docs/{language}"
        if not (root / folder).is_dir():
            unreadable.append(ProjectError(Place(folder), "no such folder", "Pages live there."))
        for uri, path, text in _files(root, folder, "*.md", PageError, unreadable):
            pages.append(Page(path, uri, language, text))
        for uri, path, text in _files(root, folder, "*.py", LabError, unreadable):
            lab = _parsed(unreadable, labs_module.parse, path, uri, language, text)
            labs += [lab] if lab else []
    data = {path: text for _, path, text in _files(root, "docs", "*.toml", PageError, unreadable)}
    source = _parsed(unreadable, source_map.parse, data.get(source_map.PATH, ""))
    glossary = _parsed(unreadable, reference.parse_glossary, data.get(reference.GLOSSARY, ""))
    sync = (
        _parsed(unreadable, freshness.parse, data[freshness.PATH])
        if freshness.PATH in data
        else None
    )
    return Project(
        root,
        tuple(pages),
        snippets,
        tuple(labs),
        source or SourceMap(),
        glossary or (),
        sync,
        tuple(unreadable),
    )


def _files(
    root: Path,
    folder: str,
    pattern: str,
    kind: type[AsrunError],
    unreadable: list[AsrunError],
) -> Iterator[tuple[str, str, str]]:
    """Yield the files of a folder: name in it, path in the project, text."""
    for file in sorted((root / folder).rglob(pattern)):
        path = file.relative_to(root).as_posix()
        try:
            text = file.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            unreadable.append(kind(Place(path), "not UTF-8", "Save it as UTF-8."))
        else:
            yield path.removeprefix(f"{folder}/"), path, text


T = TypeVar("T")
P = ParamSpec("P")


def _parsed(
    unreadable: list[AsrunError], read: Callable[P, T], *args: P.args, **kwargs: P.kwargs
) -> T | None:
    """Return what ``read`` makes of a text; None, and its error kept, if it cannot."""
    try:
        return read(*args, **kwargs)
    except AsrunError as error:
        unreadable.append(error)
        return None


def problems(project: Project) -> list[AsrunError]:
    """Return everything that is wrong with the project as written; nothing is run."""
    found: list[AsrunError] = [*project.unreadable]
    for snippet in project.snippets.values():
        found += _snippet_problems(snippet)
    all_pages = project.words
    for page in all_pages:
        found += pages_module.check(page)
    found += parity.missing(all_pages)
    found += _pair_problems(all_pages)
    english = {lab.uri: lab for lab in project.labs if lab.language == "en"}
    for lab in project.labs:
        if lab.language == "zh" and lab.uri in english:
            found += labs_module.compare(lab, english[lab.uri])
    found += _loose_ends(project)
    found += _dead_links(project, all_pages)
    for page in all_pages:
        found += reference.held(project.glossary, page)
    if project.sync is not None:
        found += freshness.problems(project.sync, all_pages)
    found += source_map.problems(project.source, project.sections[LANGUAGES[0]])
    return sorted(found, key=lambda error: error.place)


def _snippet_problems(snippet: Snippet) -> Iterator[AsrunError]:
    try:
        views(snippet)
        for drawing in snippet.drawings:
            parse_drawing(drawing.value, snippet.place(drawing.line))
    except AsrunError as error:
        yield error


def _pair_problems(pages: Sequence[Page]) -> Iterator[AsrunError]:
    english = {page.uri: page for page in pages if page.language == "en"}
    for page in pages:
        if page.language == "zh" and page.uri in english:
            try:
                yield from parity.compare(page, english[page.uri])
            except PageError:
                continue  # a fence that is never closed: told by the page's own check


def _loose_ends(project: Project) -> Iterator[AsrunError]:
    """Yield includes without a snippet, snippets and outputs without a user."""
    unreadable = {error.place.path for error in project.unreadable}
    used = project.used()
    for page in project.pages:
        for line, name in _includes(page):
            if name not in project.snippets and f"snippets/{name}" not in unreadable:
                yield PageError(
                    page.place(line),
                    f"includes {name}, and there is no snippets/{name}",
                    "Write the snippet, or mend the name.",
                )
    for name, snippet in project.snippets.items():
        if name not in used:
            yield SnippetError(
                snippet.place(), "no page includes it", "Include it on a page, or delete it."
            )
    for out in sorted((project.root / "snippets").rglob("*.out")):
        if not out.with_suffix(".py").exists():
            yield SnippetError(
                Place(out.relative_to(project.root).as_posix()),
                "an output without its program",
                "Delete it, or bring the snippet back.",
            )


def _dead_links(project: Project, pages: Sequence[Page]) -> Iterator[PageError]:
    """Yield links to pages, files and sections that are not there."""
    ids = {(page.language, page.uri): _ids(project, page) for page in pages}
    for page in pages:
        for link in _outline(page).links:
            if re.match(r"[a-z]+:", link.target):
                continue
            path, _, fragment = link.target.partition("#")
            uri = posixpath.normpath(posixpath.join(posixpath.dirname(page.uri), path))
            uri = uri if path else page.uri
            there = ids.get((page.language, uri))
            if there is None:
                if (project.root / "docs" / page.language / uri).is_file() and not fragment:
                    continue
                what = f"its link {link.target} leads nowhere: there is no {uri}"
            elif fragment and fragment not in there:
                what = f"its link {link.target} leads to no section of {uri}"
            else:
                continue
            yield PageError(page.place(link.line), what, "Mend the link.")


def _ids(project: Project, page: Page) -> set[str]:
    """Return what one can link to on a page: its headings, what its lists put there."""
    parts = _outline(page)
    ids = {heading.id for heading in parts.headings if heading.id}
    for mark in parts.lists:
        ids.update(source_map.anchors(project.source, mark.name))
    return ids


def _outline(page: Page) -> Outline:
    """Return a page's outline; an empty one for a page that cannot be read."""
    try:
        return outline(page)
    except PageError:
        return Outline((), (), ())


def _includes(page: Page) -> list[tuple[int, str]]:
    """Return line and name of each include; none for a page that cannot be read."""
    return [(f.line + 1, f.includes) for f in _outline(page).fences if f.includes]

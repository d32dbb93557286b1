"""The project: every page and snippet of a folder, and what is wrong with them as written."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import ParamSpec, TypeVar

from asrun import compatibility, freshness, nav, parity, reference, source_map, verified
from asrun import lab as labs_module
from asrun import page as pages_module
from asrun.errors import AsrunError, LabError, PageError, Place, ProjectError, SnippetError
from asrun.expand import Lines
from asrun.freshness import Change, Pair, Sync
from asrun.lab import Lab
from asrun.page import Outline, Page, outline
from asrun.picture import parse_drawing
from asrun.record import recorded
from asrun.reference import Glossary
from asrun.snippet import LANGUAGES, Snippet, parse
from asrun.source_map import Sections, SourceMap
from asrun.verified import Environment, Verdict, Verified
from asrun.view import views


@dataclass(frozen=True)
class Project:
    """The pages and labs in both languages, the snippets by name, what could not be read.

    ``verified`` is None in a project that keeps no record of where its snippets were proven.
    ``sync`` is None where there is no such file: then nothing is said of freshness.
    """

    root: Path
    pages: tuple[Page, ...]
    snippets: Mapping[str, Snippet]
    labs: tuple[Lab, ...] = ()
    source: SourceMap = field(default_factory=SourceMap)
    glossary: Glossary = ()
    verified: Verified | None = None
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
                if name in compatibility.LISTS:
                    proven = {snippet.name: self.proven(snippet) for snippet in snippets}
                    return compatibility.lines_of(name, page, snippets, shown.of, proven)
                return reference.lines_of(name, page, snippets, shown.of, self.glossary)

        return lines

    def proven(self, snippet: Snippet) -> Mapping[Environment, Verdict]:
        """Return what came of a snippet, as it is, in each environment; oldest torch first."""
        if self.verified is None:
            return {}
        return self.verified.of(snippet, recorded(self.root, snippet))

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
        _parsed(unreadable, verified.read, root),
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
        found += problems_of_snippet(snippet)
    all_pages = project.words
    for page in all_pages:
        found += pages_module.check(page)
    found += nav.problems(project.root, all_pages)
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
    if project.verified:
        found += verified.problems(project.verified, project.snippets)
    return sorted(found, key=lambda error: error.place)


def part(project: Project, targets: Sequence[str]) -> Project:
    """Return what some targets are about: their pages in both languages, with their programs.

    A target is a page as its address has it (``tensors/joining``), or a file: of a page, a lab, a
    snippet or its output. What one cannot read is part of it as well.

    Raises:
        ProjectError: for a target that is neither.
    """
    used = project.used()
    uris: set[str] = set()
    files = {target for target in targets if (project.root / target).is_file()}
    known = {page.uri for page in project.pages} | {lab.uri for lab in project.labs}
    known |= {_uri(error.place.path) for error in project.unreadable}
    for target in targets:
        uri = _uri(target)
        name = target.removeprefix("snippets/").removesuffix(".out").removesuffix(".py") + ".py"
        found = {uri, f"{uri}.md", f"{uri}.py"} & known
        if target.startswith("snippets/"):
            found = {page.uri for page in used.get(name, ())}
        if not found and target not in files:
            raise ProjectError(
                Place(target),
                "no page and no file of the project",
                "Name a page, such as `make check only=tensors/joining`; `make new "
                "page=CHAPTER/NAME` makes one.",
            )
        uris |= found
    pages = tuple(page for page in project.pages if page.uri in uris)
    names = {name for page in pages for _, name in _includes(page)}
    snippets = {
        name: snippet
        for name, snippet in project.snippets.items()
        if name in names or {snippet.path, snippet.out_path} & files
    }
    paths = {f"docs/{language}/{uri}" for uri in uris for language in LANGUAGES} | files
    paths |= {f"snippets/{name}" for name in names}
    return replace(
        project,
        pages=pages,
        snippets=snippets,
        labs=tuple(lab for lab in project.labs if lab.uri in uris),
        unreadable=tuple(error for error in project.unreadable if error.place.path in paths),
    )


def paths(project: Project) -> frozenset[str]:
    """Return the files that a project, or a part of one, is made of."""
    uris = {page.uri for page in project.pages} | {lab.uri for lab in project.labs}
    return frozenset(
        (
            *(f"docs/{language}/{uri}" for uri in uris for language in LANGUAGES),
            *(snippet.path for snippet in project.snippets.values()),
            *(snippet.out_path for snippet in project.snippets.values()),
            *(error.place.path for error in project.unreadable),
        )
    )


def _uri(target: str) -> str:
    return re.sub(rf"^docs/({'|'.join(LANGUAGES)})/", "", target).strip("/")


def problems_of_snippet(snippet: Snippet) -> Iterator[AsrunError]:
    """Yield what is wrong with a snippet as written, past what its parsing tells."""
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
                    "Write it and run `make update`, or mend the name.",
                )
    for name, snippet in project.snippets.items():
        if name not in used:
            yield SnippetError(
                snippet.place(),
                "no page includes it",
                f"Include it on a page, or run `git rm {snippet.path} {snippet.out_path}`.",
            )
    for out in sorted((project.root / "snippets").rglob("*.out")):
        if not out.with_suffix(".py").exists():
            path = out.relative_to(project.root).as_posix()
            yield SnippetError(
                Place(path),
                "an output without its program",
                f"Run `git rm {path}`, or bring the snippet back.",
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

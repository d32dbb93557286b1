"""The project: every page and snippet of a folder, and what is wrong with them as written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from asrun import lab as labs_module
from asrun import page as pages_module
from asrun import parity
from asrun.errors import AsrunError, LabError, PageError, Place, ProjectError, SnippetError
from asrun.lab import Lab
from asrun.page import Page, outline
from asrun.picture import parse_drawing
from asrun.snippet import LANGUAGES, Snippet, parse
from asrun.view import views


@dataclass(frozen=True)
class Project:
    """The pages and labs in both languages, the snippets by name, what could not be read."""

    root: Path
    pages: tuple[Page, ...]
    snippets: Mapping[str, Snippet]
    labs: tuple[Lab, ...] = ()
    unreadable: tuple[AsrunError, ...] = ()

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
    snippets: dict[str, Snippet] = {}
    for file in sorted((root / "snippets").rglob("*.py")):
        name = file.relative_to(root / "snippets").as_posix()
        path = file.relative_to(root).as_posix()
        try:
            snippets[name] = parse(name, path, file.read_text(encoding="utf-8"))
        except UnicodeDecodeError:
            unreadable.append(SnippetError(Place(path), "not UTF-8", "Save it as UTF-8."))
        except SnippetError as error:
            unreadable.append(error)
    pages, labs = [], []
    for language in LANGUAGES:
        folder = root / "docs" / language
        if not folder.is_dir():
            unreadable.append(
                ProjectError(Place(f"docs/{language}"), "no such folder", "Pages live there.")
            )
        for file in sorted(folder.rglob("*.md")):
            path, uri = file.relative_to(root).as_posix(), file.relative_to(folder).as_posix()
            try:
                pages.append(Page(path, uri, language, file.read_text(encoding="utf-8")))
            except UnicodeDecodeError:
                unreadable.append(PageError(Place(path), "not UTF-8", "Save it as UTF-8."))
        for file in sorted(folder.rglob("*.py")):
            path, uri = file.relative_to(root).as_posix(), file.relative_to(folder).as_posix()
            try:
                text = file.read_text(encoding="utf-8")
                labs.append(labs_module.parse(path, uri, language, text))
            except UnicodeDecodeError:
                unreadable.append(LabError(Place(path), "not UTF-8", "Save it as UTF-8."))
            except LabError as error:
                unreadable.append(error)
    return Project(root, tuple(pages), snippets, tuple(labs), tuple(unreadable))


def problems(project: Project) -> list[AsrunError]:
    """Return everything that is wrong with the project as written; nothing is run."""
    found: list[AsrunError] = [*project.unreadable]
    for snippet in project.snippets.values():
        found += _snippet_problems(snippet)
    all_pages = [*project.pages, *(lab.page() for lab in project.labs)]
    for page in all_pages:
        found += pages_module.check(page)
    found += parity.missing(all_pages)
    found += _pair_problems(all_pages)
    english = {lab.uri: lab for lab in project.labs if lab.language == "en"}
    for lab in project.labs:
        if lab.language == "zh" and lab.uri in english:
            found += labs_module.compare(lab, english[lab.uri])
    found += _loose_ends(project)
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


def _includes(page: Page) -> list[tuple[int, str]]:
    """Return line and name of each include; none for a page that cannot be read."""
    try:
        return [(f.line + 1, f.includes) for f in outline(page).fences if f.includes]
    except PageError:
        return []
